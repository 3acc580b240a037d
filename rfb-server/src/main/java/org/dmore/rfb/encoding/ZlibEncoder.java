package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/** Zlib (rfbproto): Raw's bytes through one zlib stream. */
final class ZlibEncoder implements Encoder {
  private final byte[] bytes;

  /** Makes an encoder with {@link AreaEncoder#SCRATCH_BYTES} of scratch memory. */
  ZlibEncoder(byte[] scratch) {
    this.bytes = scratch;
  }

  @Override
  public EncodingType type() {
    return EncodingType.ZLIB;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0);
    int length = wanted.format().storePixels(block.colours(), 0, block.count(), bytes, 0);
    deflation.deflate(ZlibStreams.Name.ZLIB, DeflateLevels.PIXELS.of(wanted), bytes, length, out);
    out.setInt(start, out.writerIndex() - start - 4);
    return Outcome.EXACT;
  }
}
