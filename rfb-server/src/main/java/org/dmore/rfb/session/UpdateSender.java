package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import org.dmore.rfb.encoding.SharedRectangles;
import org.dmore.rfb.encoding.ZlibStreams;
import org.dmore.rfb.picture.Move;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.Fence;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Decides when a client gets an update, and of what.
 *
 * <p>When. An update goes out when the client has asked for one (once, or for all to come by
 * ContinuousUpdates), its line has room, and there is something to tell; whichever comes last sets
 * it off at once, there is no timer. The line has room while the socket takes output and, for a
 * client that answers fences, while there are fewer bytes in flight than {@link Congestion} allows.
 * One that stops to answer is held back by its socket alone until it answers again. So a fast line
 * gets each change and a slow one fewer and fresher ones.
 *
 * <p>How. An update is cut into {@link UpdateAreas}, each of which is read from the picture when it
 * is encoded. An update that {@link EncodingPace} takes for short is encoded at once, on the event
 * loop. Another is encoded by the {@link EncodingPool} and appended in its order as it gets done;
 * without a pool the loop encodes one area a turn and gives way, so that input and other clients
 * have theirs. No area is encoded while the line has no room. Where the client takes LastRect, an
 * update that has filled the line ends, and what is left of it counts as damage again: it goes
 * later, as it looks then.
 *
 * <p>What the client says while an update is being sent (a new format, new encodings, that it lost
 * its pixels) holds from the next update on; so do answers to its fences.
 *
 * <p>Sizes. The client's size changes only by a rectangle that says so, which goes alone. It uses
 * up the request, and with continuous updates waits for the client to have dealt with all before
 * it: a guest that changes its size time and again while it boots is followed at most once a round
 * trip. A client that cannot follow keeps its first size: of a larger desktop it sees the part that
 * fits, of a smaller one the rest is black.
 *
 * <p>What was sent lossily and has stood still is sent again without loss, a piece at a time, when
 * there is nothing else to tell and nothing in flight.
 *
 * <p>Used on the client's event loop.
 */
final class UpdateSender implements AutoCloseable {
  /** Pixels at most that the loop encodes for each client though others may want the same. */
  private static final int SMALL = 1 << 15;

  /** Bytes that are gathered before they are written. */
  private static final int CHUNK = 1 << 16;

  /**
   * How long an area that was sent lossily stands still before it is sent again: 2 to 3 of these.
   */
  private static final long TICK_MILLIS = 300;

  private final Channel channel;
  private final Picture picture;
  private final DamageTracker tracker;
  private final Notices notices;
  private final Workspaces.Workspace workspace;
  private final EncodingPool pool;
  private final Consumer<ByteBuf> output;
  private final Runnable turn;
  private final ZlibStreams streams;
  private final Flow flow = new Flow();
  private final LossyAreas lossy = new LossyAreas();
  private final EncodingPace pace = new EncodingPace();

  private ClientEncodings encodings = ClientEncodings.NONE;
  private EncodingParameters parameters = EncodingParameters.INITIAL;
  private EncodingParameters lossless = EncodingParameters.INITIAL;
  private Optional<ClientEncodings> nextEncodings = Optional.empty();
  private Optional<PixelFormat> nextFormat = Optional.empty();
  private final Region nextLost = new Region();

  private final ClientSize size = new ClientSize();
  private final WantedArea wanted = new WantedArea();
  private boolean colourMapDue;
  private Optional<Future<?>> tick = Optional.empty();

  // The update that is being sent.
  private final Region taken = new Region();
  private final List<Move> takenCopies = new ArrayList<>();
  private final UpdateAreas areas = new UpdateAreas();
  private final Deque<EncodingPool.Claim> claims = new ArrayDeque<>();
  private boolean sending;
  private boolean refreshing;
  private boolean pooled;
  private boolean untilLastRect;
  private long room;
  private boolean turnDue;
  private boolean closed;

  /** Messages that wait for the end of the update. */
  private Optional<ByteBuf> between = Optional.empty();

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
      EncodingPool pool,
      Consumer<ByteBuf> output,
      Runnable turn) {
    this.channel = channel;
    this.picture = picture;
    this.tracker = tracker;
    this.notices = notices;
    this.workspace = workspace;
    this.pool = pool;
    this.streams = new ZlibStreams(workspace.deflaters());
    this.output = output;
    this.turn = turn;
  }

  /** The size that the client was told in ServerInit. */
  void begin(Desktop.Size told) {
    size.begin(told);
  }

  /** What the client likes best. */
  EncodingType preferred() {
    return parameters.preferred();
  }

  void setPixelFormat(PixelFormat wantedFormat) {
    nextFormat = Optional.of(wantedFormat);
    applyNext();
  }

  void setEncodings(ClientEncodings offered) {
    nextEncodings = Optional.of(offered);
    flow.offered(offered);
    applyNext();
    send();
  }

  /** The client asks for pixels. Its area is cropped and joined with what it asked for before. */
  void request(boolean incremental, Rectangle area) {
    int x1 = Math.min(area.x(), size.width());
    int y1 = Math.min(area.y(), size.height());
    int x2 = Math.min(area.x() + area.width(), size.width());
    int y2 = Math.min(area.y() + area.height(), size.height());
    if (!incremental) {
      nextLost.add(x1, y1, x2, y2);
      size.askForLayout();
      applyNext();
    }
    wanted.request(x1, y1, x2, y2);
    send();
  }

  /** The client wants all updates of an area, or no longer. */
  void continuous(boolean enable, Rectangle area) {
    flow.enable(enable);
    wanted.continuous(area);
    send();
  }

  /** The client sends a fence, or answers one. */
  void fence(Fence fence) {
    flow.received(fence, System.nanoTime());
    send();
  }

  /** Whether updates may wait for the client to answer a fence. */
  boolean awaitsAnswer() {
    return flow.awaitsAnswer();
  }

  /** Answers to fences that have come; grows with each. */
  long answers() {
    return flow.answers();
  }

  /** The client answers no fences any more: updates wait for them no longer, until it does. */
  void giveUpAnswers() {
    flow.giveUpAnswers();
    send();
  }

  /** Writes a message of another kind: at once, or when the update that is being sent has ended. */
  void say(Consumer<ByteBuf> message) {
    if (sending && !closed) {
      if (between.isEmpty()) {
        between = Optional.of(channel.alloc().buffer());
      }
      message.accept(between.get());
    } else {
      write(message);
    }
  }

  /** Bytes of messages that wait for the end of an update. */
  int waitingBytes() {
    return between.map(ByteBuf::readableBytes).orElse(0);
  }

  /** Any other message, or input, was dealt with. */
  void handled() {
    if (flow.handled()) {
      send();
    }
  }

  /** The client asks for another size: the desktop's size is its own affair. */
  void refuseDesktopSize() {
    size.refuse();
    send();
  }

  /** The desktop has changed, or the line has room again. */
  void send() {
    if (closed || turnDue || !channel.isWritable()) {
      return;
    }
    if (sending) {
      if (pooled) {
        goOn();
      } else {
        scheduleTurn();
      }
      return;
    }
    sendReplies();
    if (flow.isSyncing() || !isWanted() || flow.isFull()) {
      return;
    }
    boolean ready =
        picture.refresh(
            tracker,
            channel.eventLoop(),
            tracker.isBehind(wanted.x1(), wanted.y1(), wanted.x2(), wanted.y2()));
    sendColourMap();
    if (!sendSize() || !ready || !channel.isWritable() || !isWanted()) {
      return;
    }
    if (!sendPixels()) {
      sendAgain();
    }
  }

  /** One turn of an update that is being sent, or the beginning of the next one. */
  void turn() {
    turnDue = false;
    if (!sending) {
      send();
    } else if (!closed && channel.isWritable()) {
      goOn();
    }
  }

  @Override
  public void close() {
    closed = true;
    tick.ifPresent(next -> next.cancel(false));
    claims.forEach(EncodingPool.Claim::release);
    claims.clear();
    between.ifPresent(ByteBuf::release);
    between = Optional.empty();
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

  private void apply(PixelFormat wantedFormat) {
    parameters = parameters.withFormat(new PixelTranslator(wantedFormat));
    lossless = parameters.lossless();
    colourMapDue = !wantedFormat.trueColour();
    // A cursor that was sent in the old format is right: the client keeps its picture.
  }

  private void apply(ClientEncodings offered) {
    encodings = offered;
    parameters = offered.parameters(parameters.format());
    lossless = parameters.lossless();
    tracker.keepCopies(offered.has(EncodingType.COPY_RECT));
    notices.offered(offered);
  }

  /** Whether the client is to get an update; {@link #wanted} tells where. */
  private boolean isWanted() {
    return wanted.look(flow.isContinuous(), size.width(), size.height());
  }

  private void sendReplies() {
    if (flow.isDue()) {
      write(out -> {});
    }
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
   *
   * @return whether pixels may follow
   */
  private boolean sendSize() {
    Desktop.Size now = tracker.size();
    boolean changed = !size.is(now);
    if (changed && ClientSize.follows(encodings) && flow.isContinuous() && !flow.isIdle()) {
      return false;
    }
    Optional<Consumer<ByteBuf>> update = size.tell(now, encodings);
    if (update.isPresent()) {
      if (changed) {
        followed();
      }
      write(update.get());
      scheduleTurn(); // requests that stand in the same segment get one answer, not one each
    }
    return true;
  }

  private void followed() {
    wanted.answered();
    lossy.clear();
    flow.demandPing();
    // Pixels of the new desktop may have gone out in the old size, between its change and this.
    tracker.lost(new Rectangle(0, 0, size.width(), size.height()));
  }

  /** Begins an update of what has changed; returns false if there is nothing to tell. */
  private boolean sendPixels() {
    if (tracker.takeCursorChanged()) {
      notices.cursorChanged();
    }
    int noticed = notices.prepare();
    boolean any =
        tracker.take(wanted.x1(), wanted.y1(), wanted.x2(), wanted.y2(), taken, takenCopies);
    if (!any && noticed == 0) {
      return false;
    }
    takenCopies.forEach(lossy::moved);
    boolean tiles = parameters.preferred() == EncodingType.ZRLE;
    areas.cut(taken, tiles, flow.room(), tracker::notSent);
    refreshing = false;
    beginUpdate(noticed);
    return true;
  }

  /**
   * Begins an update of pixels that were lossy, if there are any and the line has nothing to do.
   */
  private void sendAgain() {
    if (!lossy.isRipe() || !flow.isIdle()) {
      return;
    }
    Optional<Rectangle> piece =
        lossy.take(
            wanted.x1(),
            wanted.y1(),
            wanted.x2(),
            wanted.y2(),
            UpdateAreas.MAX_WIDTH,
            UpdateAreas.maxArea(flow.room()));
    if (piece.isPresent()) {
      tracker.resend();
      areas.set(piece.get());
      refreshing = true;
      beginUpdate(0);
    }
  }

  private void beginUpdate(int noticed) {
    wanted.answered();
    workspace.metrics().updated();
    sending = true;
    room = flow.room();
    long pixels = areas.pixels();
    pooled = pool.isUsable(picture) && !isForTheLoop(pixels);
    untilLastRect =
        encodings.has(PseudoEncoding.LAST_RECT)
            && areas.hasNext()
            && (pooled || pixels > UpdateAreas.maxArea(room));
    int count = noticed + takenCopies.size() + areas.count();
    write(
        out -> {
          int start = out.writerIndex();
          RfbWriter.framebufferUpdate(out, untilLastRect ? RfbWriter.UNTIL_LAST_RECT : count);
          notices.write(out, parameters.format(), size.width(), size.height());
          for (Move copy : takenCopies) {
            Rectangle to = copy.target();
            int before = out.writerIndex();
            RfbWriter.copyRect(
                out, to.x(), to.y(), to.width(), to.height(), copy.sourceX(), copy.sourceY());
            workspace
                .metrics()
                .rectangle(
                    EncodingType.COPY_RECT, to.width() * to.height(), out.writerIndex() - before);
          }
          int encoded = pooled ? appendDone(out) : encodeTurn(out);
          if (!pooled && !untilLastRect && !areas.hasNext()) {
            // With LastRect an area may have become several rectangles.
            RfbWriter.setRectangles(out, start, count - areas.count() + encoded);
          }
          endIfDone(out);
        });
    taken.clear();
    takenCopies.clear();
    afterTurn();
  }

  /** Whether the loop had better encode it itself, though there is a pool. */
  private boolean isForTheLoop(long pixels) {
    int most = picture.viewers() > 1 ? SMALL : AreaEncoder.MAX_AREA;
    return pixels <= most && pace.isShort(pixels);
  }

  /** Goes on with an update. */
  private void goOn() {
    if (pooled && !isNextDone() && !isOver()) {
      askAhead();
      if (!isNextDone() && !claims.isEmpty()) {
        return; // the pool will tell
      }
    }
    write(
        out -> {
          if (pooled) {
            appendDone(out);
          } else {
            encodeTurn(out);
          }
          endIfDone(out);
        });
    afterTurn();
  }

  private boolean isNextDone() {
    return !claims.isEmpty() && claims.peek().isDone();
  }

  private boolean isOver() {
    return !areas.hasNext() && claims.isEmpty();
  }

  /**
   * Whether the rest of the update is better left out: the desktop has another size, so that all of
   * it is damaged and the rest would be of no use; or the line is full.
   */
  private boolean isRestUnwanted() {
    if (!untilLastRect) {
      return false;
    }
    return room <= 0 || (ClientSize.follows(encodings) && !size.is(tracker.size()));
  }

  private void leaveRest() {
    for (EncodingPool.Claim claim : claims) {
      notSent(claim.area());
      claim.release();
    }
    claims.clear();
    while (areas.hasNext()) {
      notSent(areas.next());
    }
  }

  private void notSent(Rectangle rectangle) {
    if (refreshing) {
      lossy.sent(rectangle, true);
    } else {
      tracker.notSent(rectangle);
    }
  }

  /** Encodes areas on the loop; returns the number of rectangles that it wrote. */
  private int encodeTurn(ByteBuf out) {
    int encoded = 0;
    int budget = AreaEncoder.MAX_AREA;
    while (budget > 0 && areas.hasNext() && !isRestUnwanted()) {
      Rectangle area = areas.next();
      tracker.reading(area);
      encoded += encode(area, out);
      budget -= area.width() * area.height();
    }
    return encoded;
  }

  private int encode(Rectangle area, ByteBuf out) {
    int before = out.writerIndex();
    int[] pixels = workspace.pixels();
    long begin = System.nanoTime();
    picture.read(area, pixels);
    Encoded encoded = workspace.encode(area, refreshing ? lossless : parameters, streams, out);
    pace.took(area.width() * area.height(), System.nanoTime() - begin);
    appended(area, encoded, out.writerIndex() - before);
    return encoded.rectangles();
  }

  /** Asks the pool for the next areas. */
  private void askAhead() {
    while (claims.size() < pool.ahead() && areas.hasNext() && !isRestUnwanted()) {
      Rectangle area = areas.next();
      tracker.reading(area);
      claims.add(
          pool.encode(
              picture, area, refreshing ? lossless : parameters, channel.eventLoop(), turn));
    }
  }

  /** Appends areas that the pool has done; returns the number of rectangles. */
  private int appendDone(ByteBuf out) {
    int encoded = 0;
    int start = out.writerIndex();
    askAhead();
    while (isNextDone() && !isRestUnwanted() && out.writerIndex() - start < CHUNK) {
      EncodingPool.Claim claim = claims.poll();
      Optional<SharedRectangles> result;
      try {
        result = claim.result();
        if (result.isPresent()) {
          int before = out.writerIndex();
          streams.append(result.get(), out);
          pace.took(claim.area().width() * claim.area().height(), claim.nanos());
          appended(claim.area(), result.get().encoded(), out.writerIndex() - before);
          encoded += result.get().encoded().rectangles();
        }
      } finally {
        claim.release();
      }
      if (result.isEmpty()) {
        // The desktop has become too large for a copy.
        encoded += encode(claim.area(), out);
      }
      askAhead();
    }
    return encoded;
  }

  private void appended(Rectangle area, Encoded encoded, int bytes) {
    room -= bytes;
    lossy.sent(area, encoded.lossy());
    if (encoded.lossy() && tick.isEmpty()) {
      scheduleTick();
    }
  }

  private void endIfDone(ByteBuf out) {
    if (isRestUnwanted()) {
      leaveRest();
    }
    if (isOver()) {
      if (untilLastRect) {
        RfbWriter.lastRect(out);
      }
      sending = false;
    }
  }

  /**
   * Gives way after a turn, whether there is more of this update or not: a client that asks for
   * update after update in one go would else keep the loop to itself.
   */
  private void afterTurn() {
    if (!sending) {
      areas.clear();
      tracker.sent();
      applyNext();
    } else if (pooled && !isNextDone() && !claims.isEmpty()) {
      return; // the pool will tell
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

  private void scheduleTick() {
    tick =
        Optional.of(channel.eventLoop().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void tick() {
    tick = Optional.empty();
    lossy.tick();
    if (lossy.isRipening()) {
      scheduleTick();
    }
    turn.run();
  }

  /** Writes a part of an update or a message, and what else is due if no update is left open. */
  private void write(Consumer<ByteBuf> content) {
    ByteBuf out = channel.alloc().ioBuffer();
    try {
      content.accept(out);
      if (!sending) {
        writeBetween(out);
        flow.write(out, System.nanoTime());
      }
      flow.sent(out.readableBytes());
      output.accept(out.retain());
    } finally {
      out.release();
    }
  }

  private void writeBetween(ByteBuf out) {
    if (between.isPresent()) {
      ByteBuf messages = between.get();
      between = Optional.empty();
      out.writeBytes(messages);
      messages.release();
    }
  }
}
