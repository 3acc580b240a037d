package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/**
 * Tight (rfbproto): one colour as that colour; two as a bitmap, up to 256 as numbers, more as
 * pixels, each through one of the client's zlib streams; or a JPEG image.
 *
 * <p>Pixels of a kind keep to a stream of their own: what a stream saw before is then like what
 * comes.
 */
final class TightEncoder implements Encoder {
  private static final int FILL = 0x80;
  private static final int JPEG = 0x90;
  private static final int EXPLICIT_FILTER = 0x40;
  private static final int FILTER_PALETTE = 1;

  private static final int STREAM_PIXELS = 0;
  private static final int STREAM_BITMAP = 1;
  private static final int STREAM_NUMBERS = 2;

  /** Shorter data goes as it is (rfbproto). */
  private static final int MIN_TO_COMPRESS = 12;

  private final byte[] bytes;
  private final byte[] paletteBytes = new byte[ColourIndex.MAX_COLOURS * 4];
  private final LazyJpeg jpeg;

  /** Makes an encoder with {@link AreaEncoder#SCRATCH_BYTES} of scratch memory. */
  TightEncoder(byte[] scratch, LazyJpeg jpeg) {
    this.bytes = scratch;
    this.jpeg = jpeg;
  }

  @Override
  public EncodingType type() {
    return EncodingType.TIGHT;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    PixelTranslator format = wanted.format();
    ColourIndex index = block.index();
    int colours = index.size();
    if (colours == 1) {
      out.writeByte(FILL);
      int length = format.storeTightPixels(index.palette(), 1, bytes, 0);
      out.writeBytes(bytes, 0, length);
      return Outcome.EXACT;
    }
    if (colours == 0
        && wanted.quality() != EncodingParameters.UNSET
        && LazyJpeg.suits(format)
        && block.isPhoto()) {
      encodeJpeg(block, wanted, out);
      return Outcome.LOSSY;
    }
    if (colours == 2) {
      int length = BitPacker.pack(index.indexes(), block.width(), block.height(), 1, bytes, 0);
      DeflateLevel level = DeflateLevels.BITMAP.of(wanted);
      begin(STREAM_BITMAP, level, length, index, format, deflation, out);
      writeData(bytes, length, deflation, out);
    } else if (colours > 2 && isPaletteWorth(colours, block.count(), format)) {
      DeflateLevel level = DeflateLevels.NUMBERS.of(wanted);
      begin(STREAM_NUMBERS, level, block.count(), index, format, deflation, out);
      writeData(index.indexes(), block.count(), deflation, out);
    } else {
      int length = format.storeTightPixels(block.colours(), block.count(), bytes, 0);
      DeflateLevel level = DeflateLevels.PIXELS.of(wanted);
      out.writeByte(control(STREAM_PIXELS, level, length, deflation));
      writeData(bytes, length, deflation, out);
    }
    return Outcome.EXACT;
  }

  /** Numbers of 8-bit pixels are no shorter than the pixels, and a palette costs its bytes. */
  private static boolean isPaletteWorth(int colours, int count, PixelTranslator format) {
    int bytes = format.bytesPerTightPixel();
    return bytes > 1 && colours * bytes + count < count * bytes;
  }

  private static int control(int stream, DeflateLevel level, int length, Deflation deflation) {
    return length < MIN_TO_COMPRESS ? stream << 4 : deflation.beginTight(stream, level);
  }

  private void begin(
      int stream,
      DeflateLevel level,
      int dataLength,
      ColourIndex index,
      PixelTranslator format,
      Deflation deflation,
      ByteBuf out) {
    out.writeByte(control(stream, level, dataLength, deflation) | EXPLICIT_FILTER);
    out.writeByte(FILTER_PALETTE);
    out.writeByte(index.size() - 1);
    int length = format.storeTightPixels(index.palette(), index.size(), paletteBytes, 0);
    out.writeBytes(paletteBytes, 0, length);
  }

  private static void writeData(byte[] data, int length, Deflation deflation, ByteBuf out) {
    if (length < MIN_TO_COMPRESS) {
      out.writeBytes(data, 0, length);
      return;
    }
    int start = CompactLength.reserve(out);
    deflation.deflateTight(data, length, out);
    CompactLength.set(out, start);
  }

  private void encodeJpeg(PixelBlock block, EncodingParameters wanted, ByteBuf out) {
    out.writeByte(JPEG);
    int start = CompactLength.reserve(out);
    jpeg.compress(block, wanted, out);
    CompactLength.set(out, start);
  }
}
