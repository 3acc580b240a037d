package org.dmore.rfb.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class FreshDeflationTest {
  /** noVNC forgets its window at a stream's first reset, for good. */
  @Test
  void eachTightRectangleResetsItsStreamAndRefersToNothingBefore() throws DataFormatException {
    byte[] bytes = new byte[2000];
    new Random(1).nextBytes(bytes);
    try (FreshDeflation fresh = new FreshDeflation()) {
      fresh.begin();
      for (int i = 0; i < 3; i++) {
        assertThat(fresh.beginTight(i, new DeflateLevel(4, DeflateLevel.ZLIBS))).isEqualTo(0x38);
        ByteBuf out = Unpooled.buffer();
        fresh.deflateTight(bytes, bytes.length, out);
        Inflater inflater = new Inflater();
        inflater.setInput(out.nioBuffer());
        byte[] inflated = new byte[bytes.length];
        assertThat(inflater.inflate(inflated)).isEqualTo(bytes.length);
        assertThat(inflated).isEqualTo(bytes);
        inflater.end();
      }
    }
  }
}
