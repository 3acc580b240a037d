package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.encoding.AreaEncoder;
import org.dmore.rfb.encoding.ColourMap;
import org.dmore.rfb.encoding.Encoded;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.encoding.PixelTranslator;
import org.dmore.rfb.encoding.ZlibStreams;
import org.dmore.rfb.picture.Move;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.protocol.DesktopSizeReason;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Decides when a client gets an update, and of what.
 *
 * <p>An update goes out when the client has asked for one, the socket takes output, and there is
 * something to tell; each of the three coming last sets it off at once, there is no timer. An
 * update is cut into rectangles of at most {@link AreaEncoder#MAX_AREA} pixels. One turn of the
 * event loop encodes about that many pixels, writes them and gives way, so that input and other
 * clients have their turns; and none is encoded while the socket takes no more. A rectangle's
 * pixels are read when it is encoded.
 *
 * <p>What the client says while an update is being sent (a new format, new encodings, that it lost
 * its pixels) holds from the next update on.
 *
 * <p>Sizes. The client's size changes only by a rectangle that says so, which goes alone. A client
 * that cannot follow keeps its first size: of a larger desktop it sees the part that fits, of a
 * smaller one the rest is black.
 *
 * <p>Used on the client's event loop.
 */
final class UpdateSender implements AutoCloseable {
  /** Rectangles of an update; the rest waits for the next one. RFB counts to 65535. */
  private static final int MAX_RECTANGLES = 8192;

  /** Widest rectangle, so that its rows come in whole tiles of 64. */
  private static final int MAX_WIDTH = 1024;

  private static final int TILE = 64;

  private final Channel channel;
  private final Picture picture;
  private final DamageTracker tracker;
  private final Workspaces.Workspace workspace;
  private final Notices notices;
  private final Consumer<ByteBuf> output;
  private final Runnable turn;
  private final ZlibStreams streams = new ZlibStreams();

  private ClientEncodings encodings = ClientEncodings.NONE;
  private EncodingParameters parameters = EncodingParameters.INITIAL;
  private Optional<ClientEncodings> nextEncodings = Optional.empty();
  private Optional<PixelFormat> nextFormat = Optional.empty();
  private final Region nextLost = new Region();

  private int width;
  private int height;

  private boolean requested;
  private int requestedX1;
  private int requestedY1;
  private int requestedX2;
  private int requestedY2;
  private boolean colourMapDue;
  private boolean layoutDue;
  private int refusalsDue;

  private final Region taken = new Region();
  private final List<Move> takenCopies = new ArrayList<>();
  private final List<Rectangle> rectangles = new ArrayList<>();
  private int nextRectangle;
  private boolean sending;
  private boolean untilLastRect;
  private boolean turnDue;
  private boolean closed;

  /**
   * Makes a sender.
   *
   * @param notices what stands at the head of updates
   * @param workspace used only within a turn
   * @param output takes what is to be written, and its ownership
   * @param turn calls {@link #turn}; run by the event loop
   */
  UpdateSender(
      Channel channel,
      Picture picture,
      DamageTracker tracker,
      Notices notices,
      Workspaces.Workspace workspace,
      Consumer<ByteBuf> output,
      Runnable turn) {
    this.channel = channel;
    this.picture = picture;
    this.tracker = tracker;
    this.notices = notices;
    this.workspace = workspace;
    this.output = output;
    this.turn = turn;
  }

  /** The size that the client was told in ServerInit. */
  void begin(Desktop.Size size) {
    width = size.width();
    height = size.height();
  }

  /** What the client likes best. */
  EncodingType preferred() {
    return parameters.preferred();
  }

  void setPixelFormat(PixelFormat wanted) {
    nextFormat = Optional.of(wanted);
    applyNext();
  }

  void setEncodings(ClientEncodings offered) {
    nextEncodings = Optional.of(offered);
    applyNext();
    send();
  }

  /** The client asks for pixels. Its area is cropped and joined with what it asked for before. */
  void request(boolean incremental, Rectangle area) {
    int x1 = Math.min(area.x(), width);
    int y1 = Math.min(area.y(), height);
    int x2 = Math.min(area.x() + area.width(), width);
    int y2 = Math.min(area.y() + area.height(), height);
    if (!incremental) {
      nextLost.add(x1, y1, x2, y2);
      layoutDue = true;
      applyNext();
    }
    if (requested) {
      requestedX1 = Math.min(requestedX1, x1);
      requestedY1 = Math.min(requestedY1, y1);
      requestedX2 = Math.max(requestedX2, x2);
      requestedY2 = Math.max(requestedY2, y2);
    } else {
      requested = true;
      requestedX1 = x1;
      requestedY1 = y1;
      requestedX2 = x2;
      requestedY2 = y2;
    }
    send();
  }

  /** The client asks for another size: the desktop's size is its own affair. */
  void refuseDesktopSize() {
    if (refusalsDue < MAX_RECTANGLES) {
      refusalsDue++;
    }
    send();
  }

  /** The desktop has changed, or the socket takes output again. */
  void send() {
    if (closed || turnDue || !channel.isWritable()) {
      return;
    }
    if (sending) {
      scheduleTurn();
      return;
    }
    if (!requested) {
      return;
    }
    boolean ready =
        picture.refresh(
            tracker,
            channel.eventLoop(),
            tracker.isBehind(requestedX1, requestedY1, requestedX2, requestedY2));
    sendColourMap();
    sendSize();
    if (ready && requested && channel.isWritable()) {
      sendPixels();
    }
  }

  /** One turn of an update that is being sent, or the beginning of the next one. */
  void turn() {
    turnDue = false;
    if (!sending) {
      send();
      return;
    }
    if (closed || !channel.isWritable()) {
      return;
    }
    write(out -> encodeTurn(out));
    afterTurn();
  }

  @Override
  public void close() {
    closed = true;
    streams.close();
  }

  private void applyNext() {
    if (sending) {
      return;
    }
    nextFormat.ifPresent(this::apply);
    nextFormat = Optional.empty();
    nextEncodings.ifPresent(this::apply);
    nextEncodings = Optional.empty();
    for (int i = 0; i < nextLost.size(); i++) {
      tracker.lost(nextLost.get(i));
    }
    nextLost.clear();
  }

  private void apply(PixelFormat wanted) {
    parameters = parameters.withFormat(new PixelTranslator(wanted));
    colourMapDue = !wanted.trueColour();
    // A cursor that was sent in the old format is right: the client keeps its picture.
  }

  private void apply(ClientEncodings offered) {
    encodings = offered;
    parameters = offered.parameters(parameters.format());
    tracker.keepCopies(offered.has(EncodingType.COPY_RECT));
    notices.offered(offered);
  }

  /** Not before there is an update: a client that changes its format all the time gets one map. */
  private void sendColourMap() {
    if (colourMapDue) {
      colourMapDue = false;
      write(out -> RfbWriter.colourMap(out, ColourMap.entries()));
    }
  }

  /**
   * Sends the size in an update of its own where that is due. A change of size uses up the request:
   * the client asks anew, for its new area. A layout that only confirms the size does not, since a
   * client need not ask again for it.
   */
  private void sendSize() {
    Desktop.Size size = tracker.size();
    boolean changed = size.width() != width || size.height() != height;
    if (encodings.has(PseudoEncoding.EXTENDED_DESKTOP_SIZE)) {
      if (!changed && !layoutDue && refusalsDue == 0) {
        return;
      }
      // The first rectangle carries the size that holds; refusals come after it.
      boolean tell = changed || layoutDue;
      int refusals = refusalsDue;
      layoutDue = false;
      refusalsDue = 0;
      follow(size, changed);
      write(
          out -> {
            RfbWriter.framebufferUpdate(out, (tell ? 1 : 0) + refusals);
            if (tell) {
              RfbWriter.extendedDesktopSize(
                  out,
                  DesktopSizeReason.SERVER,
                  DesktopSizeReason.STATUS_DONE,
                  size.width(),
                  size.height());
            }
            for (int i = 0; i < refusals; i++) {
              RfbWriter.extendedDesktopSize(
                  out,
                  DesktopSizeReason.THIS_CLIENT,
                  DesktopSizeReason.STATUS_PROHIBITED,
                  size.width(),
                  size.height());
            }
          });
      scheduleTurn(); // requests that stand in the same segment get one answer, not one each
      return;
    }
    layoutDue = false;
    refusalsDue = 0;
    if (changed && encodings.has(PseudoEncoding.DESKTOP_SIZE)) {
      follow(size, true);
      write(
          out -> {
            RfbWriter.framebufferUpdate(out, 1);
            RfbWriter.desktopSize(out, size.width(), size.height());
          });
      scheduleTurn();
    }
  }

  private void follow(Desktop.Size size, boolean changed) {
    if (changed) {
      width = size.width();
      height = size.height();
      requested = false;
      // Pixels of the new desktop may have gone out in the old size, between its change and this.
      tracker.lost(new Rectangle(0, 0, width, height));
    }
  }

  private void sendPixels() {
    if (tracker.takeCursorChanged()) {
      notices.cursorChanged();
    }
    int noticed = notices.prepare();
    int x2 = Math.min(requestedX2, width);
    int y2 = Math.min(requestedY2, height);
    boolean any = tracker.take(requestedX1, requestedY1, x2, y2, taken, takenCopies);
    if (!any && noticed == 0) {
      return;
    }
    requested = false;
    cutIntoRectangles();
    sending = true;
    nextRectangle = 0;
    untilLastRect =
        encodings.has(PseudoEncoding.LAST_RECT)
            && taken.size() > 0
            && area() > AreaEncoder.MAX_AREA;
    int count = noticed + takenCopies.size() + rectangles.size();
    write(
        out -> {
          int start = out.writerIndex();
          RfbWriter.framebufferUpdate(out, untilLastRect ? RfbWriter.UNTIL_LAST_RECT : count);
          notices.write(out, parameters.format(), width, height);
          for (Move copy : takenCopies) {
            Rectangle to = copy.target();
            RfbWriter.copyRect(
                out, to.x(), to.y(), to.width(), to.height(), copy.sourceX(), copy.sourceY());
          }
          int encoded = encodeTurn(out);
          if (!untilLastRect && nextRectangle == rectangles.size()) {
            // With LastRect an area may have become several rectangles.
            RfbWriter.setRectangles(out, start, count - rectangles.size() + encoded);
          }
        });
    taken.clear();
    takenCopies.clear();
    afterTurn();
  }

  private long area() {
    long area = 0;
    for (int i = 0; i < rectangles.size() && area <= AreaEncoder.MAX_AREA; i++) {
      area += (long) rectangles.get(i).width() * rectangles.get(i).height();
    }
    return area;
  }

  private void cutIntoRectangles() {
    rectangles.clear();
    for (int i = 0; i < taken.size(); i++) {
      Rectangle whole = taken.get(i);
      int right = whole.x() + whole.width();
      int bottom = whole.y() + whole.height();
      for (int x = whole.x(); x < right; x += MAX_WIDTH) {
        int w = Math.min(MAX_WIDTH, right - x);
        int rows = AreaEncoder.MAX_AREA / w / TILE * TILE;
        for (int y = whole.y(); y < bottom; y += rows) {
          Rectangle part = new Rectangle(x, y, w, Math.min(rows, bottom - y));
          if (rectangles.size() < MAX_RECTANGLES) {
            rectangles.add(part);
          } else {
            tracker.notSent(part);
          }
        }
      }
    }
  }

  /** Returns the number of rectangles that it wrote. */
  private int encodeTurn(ByteBuf out) {
    int encoded = 0;
    int budget = AreaEncoder.MAX_AREA;
    Desktop.Size size = tracker.size();
    boolean stale =
        untilLastRect
            && encodings.hasAny(PseudoEncoding.EXTENDED_DESKTOP_SIZE, PseudoEncoding.DESKTOP_SIZE)
            && (size.width() != width || size.height() != height);
    while (!stale && budget > 0 && nextRectangle < rectangles.size()) {
      Rectangle rectangle = rectangles.get(nextRectangle++);
      encoded += encode(rectangle, out);
      budget -= rectangle.width() * rectangle.height();
    }
    if (stale) {
      // The desktop has another size: all of it is damaged, and the rest would be of no use.
      nextRectangle = rectangles.size();
    }
    if (nextRectangle == rectangles.size() && untilLastRect) {
      RfbWriter.lastRect(out);
    }
    return encoded;
  }

  private int encode(Rectangle r, ByteBuf out) {
    tracker.reading(r);
    int[] pixels = workspace.pixels();
    picture.read(r.x(), r.y(), r.width(), r.height(), pixels, 0, r.width(), false);
    Encoded encoded = workspace.encoder().encode(pixels, r, parameters, streams, out);
    return encoded.rectangles();
  }

  /**
   * Gives way after a turn, whether there is more of this update or not: a client that asks for
   * update after update in one go would else keep the loop to itself.
   */
  private void afterTurn() {
    if (nextRectangle == rectangles.size()) {
      sending = false;
      rectangles.clear();
      tracker.sent();
      applyNext();
    }
    scheduleTurn();
  }

  private void scheduleTurn() {
    if (!turnDue) {
      turnDue = true;
      // Scheduled, not executed: Netty works off executed tasks, those that they execute included,
      // for up to a second before it looks at its sockets again.
      Future<?> unused = channel.eventLoop().schedule(turn, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void write(Consumer<ByteBuf> content) {
    ByteBuf out = channel.alloc().ioBuffer();
    try {
      content.accept(out);
      output.accept(out.retain());
    } finally {
      out.release();
    }
  }
}
