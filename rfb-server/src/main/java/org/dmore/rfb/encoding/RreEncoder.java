package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.dmore.rfb.protocol.EncodingType;

/** RRE (RFC 6143, 7.7.3): a background and rectangles of one colour on it. */
final class RreEncoder implements Encoder {
  private final long[] done = new long[MAX_AREA / Long.SIZE];

  @Override
  public EncodingType type() {
    return EncodingType.RRE;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    int[] pixels = block.colours();
    int width = block.width();
    int height = block.height();
    PixelTranslator format = wanted.format();
    int count = width * height;
    int start = out.writerIndex();
    int limit = start + count * format.bytesPerPixel();
    int background = majority(pixels, count);
    out.writeInt(0);
    format.writePixel(out, background);
    Arrays.fill(done, 0, (count + Long.SIZE - 1) / Long.SIZE, 0);
    int rectangles = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        int colour = pixels[at];
        if (colour == background || isDone(at)) {
          continue;
        }
        int w = 1;
        while (x + w < width && pixels[at + w] == colour && !isDone(at + w)) {
          w++;
        }
        int h = 1;
        while (y + h < height && rowIs(pixels, at + h * width, w, colour)) {
          h++;
        }
        for (int row = 0; row < h; row++) {
          for (int i = 0; i < w; i++) {
            int pixel = at + row * width + i;
            done[pixel >> 6] |= 1L << pixel;
          }
        }
        if (out.writerIndex() + format.bytesPerPixel() + 8 > limit) {
          return Outcome.NOT_WORTH;
        }
        format.writePixel(out, colour);
        out.writeShort(x);
        out.writeShort(y);
        out.writeShort(w);
        out.writeShort(h);
        rectangles++;
      }
    }
    out.setInt(start, rectangles);
    return Outcome.EXACT;
  }

  private boolean isDone(int pixel) {
    return (done[pixel >> 6] & 1L << pixel) != 0;
  }

  private boolean rowIs(int[] pixels, int from, int count, int colour) {
    for (int i = from; i < from + count; i++) {
      if (pixels[i] != colour || isDone(i)) {
        return false;
      }
    }
    return true;
  }

  /** Boyer and Moore's vote: the majority's colour, if there is one; else one of the colours. */
  private static int majority(int[] pixels, int count) {
    int candidate = pixels[0];
    int votes = 0;
    for (int i = 0; i < count; i++) {
      if (votes == 0) {
        candidate = pixels[i];
        votes = 1;
      } else if (pixels[i] == candidate) {
        votes++;
      } else {
        votes--;
      }
    }
    return candidate;
  }
}
