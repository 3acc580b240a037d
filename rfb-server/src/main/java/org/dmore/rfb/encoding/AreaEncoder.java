package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumMap;
import java.util.Map;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Makes RFB rectangles of an area of pixels: the one place that chooses how. Holds a worker's
 * scratch memory and nothing of any client.
 *
 * <p>Two ways to use it:
 *
 * <ul>
 *   <li>{@link #encode}: for one client, on its event loop; goes on with the client's zlib streams.
 *   <li>{@link #encodeShared}: for any number of clients with equal {@link EncodingParameters}, on
 *       any thread. What it returns depends on no client's history: each client's loop {@linkplain
 *       ZlibStreams#append appends} it to what that client is sent. Bytes made by the two ways may
 *       follow each other in any order.
 * </ul>
 *
 * <p>What sharing costs: on the pictures of {@code dmore bench encoders} shared text is up to a
 * fifth longer and shared desktops are a little; photos without loss are shorter where the system
 * has libdeflate. But for these one client is better off by {@link #encode}; two that want the same
 * are served by {@link #encodeShared} at half the time.
 *
 * <p>Threading: one thread at a time; make one for each worker. Areas may be encoded in any order
 * and at the same time by several workers; what one client is sent must be appended in the order of
 * its FramebufferUpdate, which matters to its zlib streams and to nothing else.
 */
public final class AreaEncoder implements AutoCloseable {
  /** Greatest width of an area, in pixels: TigerVNC refuses wider ones in Tight. */
  public static final int MAX_WIDTH = 2048;

  /** Greatest area, in pixels: what is worked off before others have their turn. */
  public static final int MAX_AREA = Encoder.MAX_AREA;

  /** A byte of form for each tile or row beside each pixel's four: room for any encoding. */
  static final int SCRATCH_BYTES = MAX_AREA * 5;

  private final Map<EncodingType, Encoder> encoders = new EnumMap<>(EncodingType.class);
  private final Listener listener;
  private final FreshDeflation fresh = new FreshDeflation();
  private final PixelBlock whole = new PixelBlock();
  private final PixelBlock part = new PixelBlock();
  private final AreaSplitter splitter = new AreaSplitter();
  private final LazyJpeg jpeg = new LazyJpeg();
  private boolean closed;

  /** Hears of each rectangle that is written, its head counted among its bytes. */
  public interface Listener {
    void rectangle(EncodingType encoding, int pixels, int bytes);
  }

  /** Makes an encoder with about 1 MiB of scratch memory, and a deflater once it is needed. */
  public AreaEncoder() {
    this((encoding, pixels, bytes) -> {});
  }

  /** Makes an encoder that tells what it wrote. */
  public AreaEncoder(Listener listener) {
    this.listener = listener;
    byte[] scratch = new byte[SCRATCH_BYTES];
    add(new RawEncoder());
    add(new RreEncoder());
    add(new HextileEncoder());
    add(new ZlibEncoder(scratch));
    add(new ZrleEncoder(scratch));
    add(new TightEncoder(scratch, jpeg));
    add(new TightPngEncoder(scratch, jpeg));
    add(new JpegEncoder(jpeg));
  }

  private void add(Encoder encoder) {
    encoders.put(encoder.type(), encoder);
  }

  /**
   * Appends an area for one client: one rectangle with its head, or several where the client takes
   * LastRect.
   *
   * @param rgb {@code width * height} pixels {@code 0x00RRGGBB} row by row from index 0; left as
   *     they are
   * @param area where they stand on the desktop; at least 1x1, at most {@link #MAX_WIDTH} wide and
   *     {@link #MAX_AREA} pixels in all
   * @param wanted what the client wants; it may differ from call to call
   * @param streams the client's
   */
  public Encoded encode(
      int[] rgb, Rectangle area, EncodingParameters wanted, ZlibStreams streams, ByteBuf out) {
    return encodeBy(rgb, area, wanted, streams, out);
  }

  /**
   * As {@link #encode}, for all clients that want the same. It costs some bytes more, since nothing
   * refers to what was sent before.
   */
  public SharedRectangles encodeShared(
      int[] rgb, Rectangle area, EncodingParameters wanted, ByteBufAllocator allocator) {
    ByteBuf out = allocator.ioBuffer();
    try {
      fresh.begin();
      Encoded encoded = encodeBy(rgb, area, wanted, fresh, out);
      return new SharedRectangles(
          out.retain(),
          encoded,
          fresh.lengthAt(ZlibStreams.Name.ZLIB),
          fresh.lengthAt(ZlibStreams.Name.ZRLE));
    } finally {
      out.release();
    }
  }

  private Encoded encodeBy(
      int[] rgb, Rectangle area, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    int count = area.width() * area.height();
    if (count < 1 || count > MAX_AREA || count > rgb.length || area.width() > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "area=%s of pixels=%d is not of 1..%d pixels, or wider than %d"
              .formatted(area, rgb.length, MAX_AREA, MAX_WIDTH));
    }
    if (closed) {
      throw new IllegalStateException("the encoder is closed");
    }
    whole.take(rgb, area.width(), area.height(), wanted.format());
    if (wanted.lastRect() && EncodingChooser.isWorthSplitting(wanted) && !whole.isOfTwoColours()) {
      return encodeParts(rgb, area, wanted, deflation, out);
    }
    return new Encoded(1, encodeBlock(whole, area, wanted, deflation, out));
  }

  private Encoded encodeParts(
      int[] rgb, Rectangle area, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    splitter.split(whole.colours(), area.width(), area.height());
    int parts = splitter.parts();
    if (parts == 1) {
      if (splitter.isPhoto(0)) {
        whole.coloursAreOfPhoto();
      }
      return new Encoded(1, encodeBlock(whole, area, wanted, deflation, out));
    }
    boolean lossy = false;
    for (int i = 0; i < parts; i++) {
      int x = splitter.x(i);
      int y = splitter.y(i);
      int w = splitter.width(i);
      int h = splitter.height(i);
      part.takePart(rgb, y * area.width() + x, area.width(), w, h, wanted.format());
      if (splitter.isPhoto(i)) {
        part.coloursAreOfPhoto();
      }
      Rectangle place = new Rectangle(area.x() + x, area.y() + y, w, h);
      lossy |= encodeBlock(part, place, wanted, deflation, out);
    }
    return new Encoded(parts, lossy);
  }

  /** Returns whether it lost something. */
  private boolean encodeBlock(
      PixelBlock block,
      Rectangle area,
      EncodingParameters wanted,
      Deflation deflation,
      ByteBuf out) {
    EncodingType type = EncodingChooser.choose(block, wanted);
    int start = out.writerIndex();
    writeHead(out, area, type);
    Encoder.Outcome outcome = encoders.get(type).encode(block, wanted, deflation, out);
    if (outcome == Encoder.Outcome.NOT_WORTH) {
      out.writerIndex(start);
      writeHead(out, area, EncodingType.RAW);
      type = EncodingType.RAW;
      outcome = encoders.get(type).encode(block, wanted, deflation, out);
    }
    listener.rectangle(type, area.width() * area.height(), out.writerIndex() - start);
    return outcome == Encoder.Outcome.LOSSY;
  }

  private static void writeHead(ByteBuf out, Rectangle area, EncodingType type) {
    out.writeShort(area.x());
    out.writeShort(area.y());
    out.writeShort(area.width());
    out.writeShort(area.height());
    out.writeInt(type.number());
  }

  /** Frees what the JVM does not. */
  @Override
  public void close() {
    closed = true;
    fresh.close();
    jpeg.close();
    encoders.values().forEach(Encoder::close);
  }
}
