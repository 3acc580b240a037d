package org.dmore.benchmarks.rig;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameKind;
import org.dmore.rfb.encoding.AreaEncoder;
import org.dmore.rfb.encoding.DeflaterPool;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.encoding.SharedRectangles;
import org.dmore.rfb.encoding.ZlibStreams;
import org.dmore.rfb.protocol.Rectangle;

/**
 * One client's encoder as an update uses it: an area's pixels are copied from the picture, then
 * encoded. Used by one thread.
 */
public final class EncoderRig implements AutoCloseable {
  private static final int ROWS = AreaEncoder.MAX_AREA / Frame.WIDTH;

  private final List<Frame> frames;
  private final EncoderForm form;
  private final EncodingParameters parameters;
  private final AreaEncoder encoder = new AreaEncoder();
  private final DeflaterPool deflaters = new DeflaterPool(DeflaterPool.DEFAULT_SIZE);
  private final ZlibStreams streams = new ZlibStreams(deflaters);
  private final int[] pixels = new int[AreaEncoder.MAX_AREA];
  private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20);
  private int next;

  public EncoderRig(FrameKind kind, EncoderForm form) {
    this.frames = kind.frames();
    this.form = form;
    this.parameters = form.parameters();
  }

  /** Encodes the next picture, the first again after the last; returns its bytes. */
  public long frame() {
    Frame frame = frames.get(next++ % frames.size());
    long bytes = 0;
    for (int y = 0; y < Frame.HEIGHT; y += ROWS) {
      System.arraycopy(frame.rgb(), y * Frame.WIDTH, pixels, 0, pixels.length);
      Rectangle area = new Rectangle(0, y, Frame.WIDTH, ROWS);
      out.clear();
      if (form.shared()) {
        try (SharedRectangles shared =
            encoder.encodeShared(pixels, area, parameters, PooledByteBufAllocator.DEFAULT)) {
          streams.append(shared, out);
        }
      } else {
        encoder.encode(pixels, area, parameters, streams, out);
      }
      bytes += out.readableBytes();
    }
    return bytes;
  }

  /** Bytes of a picture: the mean of as many as there are, as they follow each other. */
  public double meanBytes() {
    long bytes = 0;
    for (int i = 0; i < frames.size(); i++) {
      bytes += frame();
    }
    return bytes / (double) frames.size();
  }

  @Override
  public void close() {
    encoder.close();
    streams.close();
    deflaters.close();
    out.release();
  }
}
