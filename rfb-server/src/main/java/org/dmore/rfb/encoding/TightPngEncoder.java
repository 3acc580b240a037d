package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.dmore.rfb.protocol.EncodingType;

/**
 * TightPNG (rfbproto): Tight for browsers, which have a decoder of PNG; fill and JPEG as in Tight,
 * a PNG image in place of Tight's zlib streams. For formats that keep all 24 bits: a PNG image has
 * them.
 *
 * <p>Up to 256 colours as a palette of the least depth; more as pixels, each row the difference to
 * the one above, which suits gradients and costs little.
 */
final class TightPngEncoder implements Encoder {
  private static final int FILL = 0x80;
  private static final int JPEG = 0x90;
  private static final int PNG = 0xa0;

  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int TRUE_COLOUR = 2;
  private static final int INDEXED = 3;
  private static final byte FILTER_NONE = 0;
  private static final byte FILTER_UP = 2;
  private static final int CHUNK = 8192;

  private final byte[] bytes;
  private final byte[] row = new byte[AreaEncoder.MAX_WIDTH];
  private final byte[] palette = new byte[ColourIndex.MAX_COLOURS * 3];
  private final CRC32 crc = new CRC32();
  private final LazyJpeg jpeg;

  /** Null until it is needed. */
  private Deflater deflater;

  /** Makes an encoder with {@link AreaEncoder#SCRATCH_BYTES} of scratch memory. */
  TightPngEncoder(byte[] scratch, LazyJpeg jpeg) {
    this.bytes = scratch;
    this.jpeg = jpeg;
  }

  @Override
  public EncodingType type() {
    return EncodingType.TIGHT_PNG;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    PixelTranslator format = wanted.format();
    ColourIndex index = block.index();
    int colours = index.size();
    if (colours == 1) {
      out.writeByte(FILL);
      out.writeBytes(bytes, 0, format.storeTightPixels(index.palette(), 1, bytes, 0));
      return Outcome.EXACT;
    }
    boolean photo = colours == 0 && wanted.quality() != EncodingParameters.UNSET && block.isPhoto();
    out.writeByte(photo ? JPEG : PNG);
    int start = CompactLength.reserve(out);
    if (photo) {
      jpeg.compress(block, wanted, out);
    } else {
      writePng(block, level(colours).of(wanted).zlib(), out);
    }
    CompactLength.set(out, start);
    return photo ? Outcome.LOSSY : Outcome.EXACT;
  }

  private void writePng(PixelBlock block, int level, ByteBuf out) {
    int width = block.width();
    int height = block.height();
    ColourIndex index = block.index();
    int colours = index.size();
    int bits = colours == 0 ? 8 : bitsFor(colours);
    out.writeLong(SIGNATURE);
    int header = beginChunk(out, IHDR);
    out.writeInt(width);
    out.writeInt(height);
    out.writeByte(bits);
    out.writeByte(colours == 0 ? TRUE_COLOUR : INDEXED);
    out.writeZero(3); // deflate, adaptive filters, not interlaced
    endChunk(out, header);
    int length;
    if (colours == 0) {
      length = storeRows(block.rgb(), width, height);
    } else {
      int plte = beginChunk(out, PLTE);
      out.writeBytes(palette, 0, PixelTranslator.storeRgb(index.palette(), colours, palette, 0));
      endChunk(out, plte);
      length = storeIndexes(index.indexes(), width, height, bits);
    }
    int data = beginChunk(out, IDAT);
    deflate(level, length, out);
    endChunk(out, data);
    endChunk(out, beginChunk(out, IEND));
  }

  private static DeflateLevels level(int colours) {
    if (colours == 0) {
      return DeflateLevels.PIXELS;
    }
    return colours == 2 ? DeflateLevels.BITMAP : DeflateLevels.NUMBERS;
  }

  private static int bitsFor(int colours) {
    if (colours <= 2) {
      return 1;
    }
    if (colours <= 4) {
      return 2;
    }
    return colours <= 16 ? 4 : 8;
  }

  private int storeIndexes(byte[] indexes, int width, int height, int bits) {
    int at = 0;
    for (int y = 0; y < height; y++) {
      bytes[at++] = FILTER_NONE;
      if (bits == 8) {
        System.arraycopy(indexes, y * width, bytes, at, width);
        at += width;
      } else {
        System.arraycopy(indexes, y * width, row, 0, width);
        at = BitPacker.pack(row, width, 1, bits, bytes, at);
      }
    }
    return at;
  }

  private int storeRows(int[] rgb, int width, int height) {
    int at = 0;
    for (int y = 0; y < height; y++) {
      int from = y * width;
      bytes[at++] = y == 0 ? FILTER_NONE : FILTER_UP;
      for (int i = from; i < from + width; i++) {
        int above = y == 0 ? 0 : rgb[i - width];
        int pixel = rgb[i];
        bytes[at++] = (byte) ((pixel >> 16) - (above >> 16));
        bytes[at++] = (byte) ((pixel >> 8) - (above >> 8));
        bytes[at++] = (byte) (pixel - above);
      }
    }
    return at;
  }

  private void deflate(int level, int length, ByteBuf out) {
    if (deflater == null) {
      deflater = new Deflater();
    }
    deflater.reset();
    deflater.setLevel(level);
    deflater.setInput(bytes, 0, length);
    deflater.finish();
    while (!deflater.finished()) {
      out.ensureWritable(CHUNK);
      ByteBuffer target = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
      out.writerIndex(out.writerIndex() + deflater.deflate(target));
    }
  }

  /** Returns where the chunk begins. */
  private static int beginChunk(ByteBuf out, int type) {
    int start = out.writerIndex();
    out.writeInt(0);
    out.writeInt(type);
    return start;
  }

  private void endChunk(ByteBuf out, int start) {
    int end = out.writerIndex();
    out.setInt(start, end - start - 2 * Integer.BYTES);
    crc.reset();
    crc.update(out.internalNioBuffer(start + Integer.BYTES, end - start - Integer.BYTES));
    out.writeInt((int) crc.getValue());
  }

  @Override
  public void close() {
    if (deflater != null) {
      deflater.end();
    }
  }
}
