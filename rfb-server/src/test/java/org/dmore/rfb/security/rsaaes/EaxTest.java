package org.dmore.rfb.security.rsaaes;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.EAXBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EaxTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] encrypt(Eax eax, byte[] nonce, byte[] header, byte[] text) {
    byte[] result = Arrays.copyOf(text, text.length + 16);
    byte[] tag = new byte[16];
    eax.encrypt(nonce, header, result, text.length, tag);
    System.arraycopy(tag, 0, result, text.length, 16);
    return result;
  }

  /** Test vectors of the paper: message, key, nonce, header, cipher. */
  @ParameterizedTest
  @CsvSource({
    "'',233952DEE4D5ED5F9B9C6D6FF80FF478,62EC67F9C3A4A407FCB2A8C49031A8B3,6BFB914FD07EAE6B,"
        + "E037830E8389F27B025A2D6527E79D01",
    "F7FB,91945D3F4DCBEE0BF45EF52255F095A4,BECAF043B0A23D843194BA972C66DEBD,FA3BFD4806EB53FA,"
        + "19DD5C4C9331049D0BDAB0277408F67967E5",
    "1A47CB4933,01F74AD64077F2E704C0F60ADA3DD523,70C3DB4F0D26368400A10ED05D2BFF5E,"
        + "234A3463C1264AC6,D851D5BAE03A59F238A23E39199DC9266626C40F80",
    "8B0A79306C9CE7ED99DAE4F87F8DD61636,7C77D6E813BED5AC98BAA417477A2E7D,"
        + "1A8C98DCD73D38393B2BF1569DEEFC19,65D2017990D62528,"
        + "02083E3979DA014812F59F11D52630DA30137327D10649B0AA6E1C181DB617D7F2"
  })
  void givesWhatThePaperSays(String text, String key, String nonce, String header, String cipher) {
    byte[] encrypted = encrypt(new Eax(hex(key)), hex(nonce), hex(header), hex(text));
    assertThat(HexFormat.of().withUpperCase().formatHex(encrypted)).isEqualTo(cipher);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void givesWhatBouncyCastleGivesForAnyLength(int keyLength) throws InvalidCipherTextException {
    Random random = new Random(keyLength);
    byte[] key = new byte[keyLength];
    random.nextBytes(key);
    Eax eax = new Eax(key);
    for (int i = 0; i < 400; i++) {
      byte[] text = new byte[i < 80 ? i : random.nextInt(20_000)];
      byte[] nonce = new byte[16];
      byte[] header = new byte[random.nextInt(40)];
      random.nextBytes(text);
      random.nextBytes(nonce);
      random.nextBytes(header);
      EAXBlockCipher other = new EAXBlockCipher(AESEngine.newInstance());
      other.init(true, new AEADParameters(new KeyParameter(key), 128, nonce, header));
      byte[] wanted = new byte[text.length + 16];
      int done = other.processBytes(text, 0, text.length, wanted, 0);
      other.doFinal(wanted, done);
      assertThat(encrypt(eax, nonce, header, text)).isEqualTo(wanted);

      byte[] back = Arrays.copyOf(wanted, text.length);
      byte[] tag = Arrays.copyOfRange(wanted, text.length, wanted.length);
      assertThat(eax.decrypt(nonce, header, back, text.length, tag)).isTrue();
      assertThat(back).isEqualTo(text);
      byte[] wrong = tag.clone();
      wrong[random.nextInt(16)] ^= (byte) (1 << random.nextInt(8));
      assertThat(eax.decrypt(nonce, header, back, text.length, wrong)).isFalse();
      assertThat(back).isEqualTo(text);
    }
  }

  @Test
  void messagesAreCountedAndCutAndComeInAnyPieces() {
    byte[] a = new byte[16];
    byte[] b = new byte[16];
    b[0] = 1;
    Random random = new Random(3);
    EmbeddedChannel sender = new EmbeddedChannel(new EaxCodec(a, b));
    EmbeddedChannel receiver = new EmbeddedChannel(new EaxCodec(b, a));
    byte[] text = new byte[100_000];
    random.nextBytes(text);
    // More messages than a byte counts.
    for (int at = 0, n = 0; at < text.length; at += n) {
      n = Math.min(text.length - at, 1 + random.nextInt(600));
      sender.writeOutbound(Unpooled.wrappedBuffer(text, at, n));
    }
    sender.writeOutbound(Unpooled.wrappedBuffer(text));
    for (ByteBuf sent = sender.readOutbound(); sent != null; sent = sender.readOutbound()) {
      assertThat(sent.getUnsignedShort(0)).isLessThanOrEqualTo(8192);
      while (sent.isReadable()) {
        int n = Math.min(sent.readableBytes(), 1 + random.nextInt(300));
        receiver.writeInbound(sent.readRetainedSlice(n));
      }
      sent.release();
    }
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf got = receiver.readInbound(); got != null; got = receiver.readInbound()) {
      all.writeBytes(got);
      got.release();
    }
    byte[] twice = Arrays.copyOf(text, 2 * text.length);
    System.arraycopy(text, 0, twice, text.length, text.length);
    assertThat(Arrays.equals(all.array(), 0, all.readableBytes(), twice, 0, twice.length)).isTrue();
    sender.finishAndReleaseAll();
    receiver.finishAndReleaseAll();
  }
}
