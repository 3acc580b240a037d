package org.dmore.rfb.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.dmore.rfb.protocol.ClientMessage;
import org.dmore.rfb.protocol.ExtendedClipboard;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.RfbProtocolException;
import org.dmore.rfb.protocol.SetEncodings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RfbReaderTest {
  private final Calls calls = new Calls();
  private final RfbReader reader = new RfbReader(calls, 100, 8);

  /** Writes down what it is told, and lets everything on. */
  private static class Calls implements RfbHandler {
    private final List<String> heard = new ArrayList<>();
    private RfbReader reader;

    @Override
    public void version(ProtocolVersion version) {
      heard.add("version " + version.text());
      reader.expect(RfbReader.State.SECURITY_TYPE);
    }

    @Override
    public void securityType(int number) {
      heard.add("security " + number);
      reader.expect(RfbReader.State.SECURITY);
    }

    @Override
    public boolean security(ByteBuf in) {
      if (in.readableBytes() < 16) {
        return false;
      }
      in.skipBytes(16);
      heard.add("response");
      reader.expect(RfbReader.State.CLIENT_INIT);
      return true;
    }

    @Override
    public void clientInit(boolean shared) {
      heard.add("init " + shared);
      reader.expect(RfbReader.State.MESSAGE);
    }

    @Override
    public void key(boolean down, int keysym, int scancode) {
      heard.add("key " + down + " " + keysym + " " + scancode);
    }

    @Override
    public void pointer(int buttons, int x, int y) {
      heard.add("pointer " + buttons + " " + x + " " + y);
    }

    @Override
    public void message(ClientMessage message) {
      heard.add(message.toString());
      if (message instanceof SetEncodings offered && offered.encodings().contains(99)) {
        reader.agree(EnumSet.allOf(PseudoEncoding.class));
      }
    }

    @Override
    public void cutTextTooLong(long length) {
      heard.add("too long " + length);
    }
  }

  RfbReaderTest() {
    calls.reader = reader;
  }

  /** What {@link Calls} takes as the agreement on every extension. */
  private static final byte[] AGREE = {2, 0, 0, 1, 0, 0, 0, 99};

  private static void clipboard(DataOutputStream out, int flags, byte[] body) throws IOException {
    out.writeInt(0x06000000);
    out.writeInt(-(4 + body.length));
    out.writeInt(flags);
    out.write(body);
  }

  private static byte[] deflate(int... plain) {
    byte[] bytes = new byte[plain.length];
    for (int i = 0; i < plain.length; i++) {
      bytes[i] = (byte) plain[i];
    }
    return deflate(bytes);
  }

  private static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater();
    deflater.setInput(plain);
    deflater.finish();
    byte[] out = new byte[plain.length + 64];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }

  /** Every message there is, once and more. */
  private static byte[] conversation() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBytes("RFB 003.008\n");
    out.writeByte(2);
    out.write(new byte[16]);
    out.writeByte(1);
    out.write(new byte[] {0, 0, 0, 0, 16, 15, 1, 1, 0, 31, 0, 31, 0, 31, 10, 5, 0, 0, 0, 0});
    out.write(new byte[] {2, 0, 0, 10});
    for (int i = 0; i < 10; i++) {
      out.writeInt(i - 5);
    }
    out.write(new byte[] {2, 0, 0, 0});
    out.write(new byte[] {3, 1, 0, 1, 0, 2, 0, 3, 0, 4});
    out.write(new byte[] {4, 1, 0, 0, 0, 0, (byte) 0xff, 13});
    out.write(new byte[] {5, 7, 1, 0, 2, 0});
    out.write(new byte[] {6, 0, 0, 0, 0, 0, 0, 2, 'h', (byte) 0xe9});
    out.write(new byte[] {6, 0, 0, 0, 0, 0, 1, 0});
    out.write(new byte[256]);
    out.write(new byte[] {(byte) 251, 0, 3, 0, 2, 0, 1, 0});
    out.write(new byte[16]);
    out.write(new byte[] {(byte) 255, 0, 0, 1, 0, 0, 0, 97, 0, 0, 0, 30});
    // A pointer with its highest button, then one in the extended form once that is agreed on.
    out.write(new byte[] {5, (byte) 0x81, 0, 1, 0, 2});
    out.write(AGREE);
    out.write(new byte[] {5, (byte) 0x81, 0, 1, 0, 2, (byte) 0xff});
    out.write(new byte[] {5, 1, 0, 1, 0, 2});
    out.write(new byte[] {(byte) 150, 1, 0, 1, 0, 2, 0, 3, 0, 4});
    out.write(new byte[] {(byte) 248, 0, 0, 0, (byte) 0x80, 0, 0, 1, 2, 7, 8});
    out.write(new byte[] {(byte) 250, 0, 1, 4});
    clipboard(out, 0x1f000001, new byte[] {0, 0, 1, 0});
    clipboard(out, 0x02000003, new byte[0]);
    clipboard(out, 0x04000000, new byte[0]);
    clipboard(out, 0x08000000, new byte[0]);
    clipboard(out, 0x10000001, deflate(0, 0, 0, 6, 'a', '\r', '\n', 0xc3, 0xa9, 0));
    clipboard(out, 0x10000003, deflate(0, 0, 0, 1, 0, 0, 0, 0, 9));
    clipboard(out, 0x10000004, deflate(0, 0, 0, 1, 9));
    clipboard(out, 0x10000001, deflate(0, 0, 0, 101));
    clipboard(out, 0x10000001, new byte[97]);
    out.write(new byte[] {4, 0, 0, 0, 0, 0, 0, 97});
    return bytes.toByteArray();
  }

  private static final List<String> HEARD =
      List.of(
          "version 3.8",
          "security 2",
          "response",
          "init true",
          "SetPixelFormat[format=PixelFormat[bitsPerPixel=16, depth=15, bigEndian=true,"
              + " trueColour=true, redMax=31, greenMax=31, blueMax=31, redShift=10,"
              + " greenShift=5, blueShift=0]]",
          "SetEncodings[encodings=[-5, -4, -3, -2, -1, 0, 1, 2]]",
          "SetEncodings[encodings=[]]",
          "FramebufferUpdateRequest[incremental=true, area=Rectangle[x=1, y=2, width=3,"
              + " height=4]]",
          "key true 65293 0",
          "pointer 7 256 512",
          "ClientCutText[text=h\u00e9]",
          "too long 256",
          "SetDesktopSize[width=768, height=512]",
          "key true 97 30",
          "pointer 129 1 2",
          "SetEncodings[encodings=[99]]",
          "pointer 385 1 2",
          "pointer 1 1 2",
          "EnableContinuousUpdates[enable=true, area=Rectangle[x=1, y=2, width=3, height=4]]",
          "Fence[flags=0x80000001, payload=[7, 8]]",
          "XvpRequest[version=1, code=4]",
          "Caps[flags=520093697, maxText=256]",
          "Request[formats=3]",
          "Peek[]",
          "Notify[formats=0]",
          "Provide[text=a\n\u00e9]",
          "Provide[text=]",
          "too long 101",
          "too long 101",
          "key false 97 0");

  private void feed(ByteBuf in) {
    while (reader.read(in)) {
      // on
    }
  }

  @Test
  void bytesInOnePieceGiveEveryMessageInOrder() throws IOException {
    feed(Unpooled.wrappedBuffer(conversation()));
    assertThat(calls.heard).isEqualTo(HEARD);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void bytesInAnyPiecesGiveTheSameMessages(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] all = conversation();
    ByteBuf buffer = Unpooled.buffer();
    for (int at = 0; at < all.length; ) {
      // Seed 0: byte by byte.
      int now = Math.min(seed == 0 ? 1 : 1 + random.nextInt(40), all.length - at);
      buffer.writeBytes(all, at, now);
      at += now;
      feed(buffer);
    }
    assertThat(calls.heard).as("seed=%d", seed).isEqualTo(HEARD);
    assertThat(buffer.isReadable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "003.003, 3.3",
    "003.005, 3.3",
    "003.006, 3.3",
    "003.007, 3.7",
    "003.008, 3.8",
    "003.889, 3.8",
    "003.000, 3.3",
    "003.009, 3.8"
  })
  void versionsThatNoOneDefinedAreTakenForOneThatSomeoneDid(String sent, String spoken) {
    feed(Unpooled.copiedBuffer("RFB " + sent + "\n", StandardCharsets.US_ASCII));
    assertThat(calls.heard).containsExactly("version " + spoken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET / HTTP/1.1", "SSH-2.0-x", "RFB 003.00x\n", "RFB 004.001\n"})
  void whatIsNotRfbIsToldFromItsFirstByteThatIsWrong(String sent) {
    assertThatThrownBy(() -> feed(Unpooled.copiedBuffer(sent, StandardCharsets.US_ASCII)))
        .isInstanceOf(RfbProtocolException.class);
    assertThat(reader.state()).isEqualTo(RfbReader.State.BAD_MESSAGE);
    ByteBuf more = Unpooled.wrappedBuffer(new byte[100]);
    assertThat(reader.read(more)).isTrue();
    assertThat(more.isReadable()).isFalse();
    assertThat(calls.heard).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'1', message-type=1",
    "'7', message-type=7",
    "'255,1', QEMU submessage=1",
    "'6,0,0,0,255,255,255,255', cut-text-length=-1",
    "'6,0,0,0,128,0,0,0', cut-text-length=-2147483648",
    "'150', extension=CONTINUOUS_UPDATES",
    "'250', extension=XVP",
    "'248,0,0,0,0,0,0,0,65', fence-length=65",
    "'0,0,0,0,24,24,0,1,0,255,0,255,0,255,16,8,0,0,0,0', bits-per-pixel=24",
    "'0,0,0,0,16,24,0,1,0,31,0,31,0,31,10,5,0,0,0,0', depth=24",
    "'0,0,0,0,16,16,0,1,0,0,0,31,0,31,10,5,0,0,0,0', red-max=0",
    "'0,0,0,0,16,16,0,1,0,31,0,31,0,31,12,5,0,0,0,0', red-shift=12",
    "'0,0,0,0,32,24,0,1,0,255,0,255,0,255,255,8,0,0,0,0', red-shift=255",
    "'0,0,0,0,32,24,0,1,0,255,0,255,0,255,16,12,0,0,0,0', colours overlap"
  })
  void aMessageThatIsWrongIsRefusedAndNamed(String bytes, String why) {
    reader.expect(RfbReader.State.MESSAGE);
    ByteBuf in = Unpooled.buffer();
    for (String b : bytes.split(",", -1)) {
      in.writeByte(Integer.parseInt(b));
    }
    assertThatThrownBy(() -> feed(in))
        .isInstanceOf(RfbProtocolException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "'255,255,255,253, 2,0,0', extended-clipboard-length=3 has no flags",
    "'255,255,255,252, 6,0,0,1', extended-clipboard-flags=0x06000001",
    "'255,255,255,252, 0,0,0,1', extended-clipboard-flags=0x00000001",
    "'255,255,255,252, 32,0,0,1', extended-clipboard-flags=0x20000001",
    "'255,255,255,248, 1,0,0,3, 0,0,1,0', is too short for flags=0x01000003",
    "'255,255,255,248, 16,0,0,1, 0,0,1,0', is not zlib",
    "'255,255,255,252, 16,0,0,1', ends early: bytes=0 of=4"
  })
  void anExtendedClipboardThatIsWrongIsRefusedAndNamed(String bytes, String why) {
    reader.expect(RfbReader.State.MESSAGE);
    reader.agree(EnumSet.of(PseudoEncoding.EXTENDED_CLIPBOARD));
    ByteBuf in = Unpooled.buffer().writeInt(0x06000000);
    for (String b : bytes.split(",", -1)) {
      in.writeByte(Integer.parseInt(b.trim()));
    }
    assertThatThrownBy(() -> feed(in))
        .isInstanceOf(RfbProtocolException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aClipboardThatBreaksOffWithinItsTextIsRefused() throws IOException {
    byte[] whole = deflate(0, 0, 0, 6, 'a', 'b', 'c', 'd', 'e', 0);
    for (int length = 0; length < whole.length; length++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      clipboard(new DataOutputStream(bytes), 0x10000001, Arrays.copyOf(whole, length));
      ByteBuf in = Unpooled.wrappedBuffer(bytes.toByteArray());
      RfbReader strict = new RfbReader(calls, 100, 8);
      strict.expect(RfbReader.State.MESSAGE);
      strict.agree(EnumSet.of(PseudoEncoding.EXTENDED_CLIPBOARD));
      if (length > whole.length - 6) {
        // Only the mark of the stream's end and its checksum are missing: all of the text is there.
        assertThat(strict.read(in)).isTrue();
      } else {
        assertThatThrownBy(() -> strict.read(in))
            .as("length=%d", length)
            .isInstanceOf(RfbProtocolException.class)
            .hasMessageContaining("ends early");
      }
    }
  }

  @Test
  void aFewBytesThatInflateToManyAreNotInflated() {
    // 40 KB that would inflate to 40 MB, and claim to be 100 bytes, then 4 GB.
    for (int claimed : new int[] {100, -1}) {
      byte[] bomb = new byte[40 << 20];
      bomb[0] = (byte) (claimed >> 24);
      bomb[1] = (byte) (claimed >> 16);
      bomb[2] = (byte) (claimed >> 8);
      bomb[3] = (byte) claimed;
      byte[] body = deflate(bomb);
      ByteBuf in = Unpooled.buffer().writeInt(0x10000001).writeBytes(body);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      ClipboardCodec.Parsed parsed = ClipboardCodec.parse(in, 1 << 20);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(parsed)
          .isEqualTo(
              claimed == 100
                  ? new ClipboardCodec.Parsed.Message(new ExtendedClipboard.Provide(""))
                  : new ClipboardCodec.Parsed.TooLong(0xffffffffL));
      assertThat(allocated).isLessThan(body.length + 100_000);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noiseNeverDoesAnythingButBeRefused(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      RfbReader noisy = new RfbReader(calls, 100, 8);
      calls.reader = noisy;
      if (random.nextBoolean()) {
        noisy.agree(EnumSet.allOf(PseudoEncoding.class));
      }
      noisy.expect(
          List.of(
                  RfbReader.State.VERSION,
                  RfbReader.State.SECURITY_TYPE,
                  RfbReader.State.CLIENT_INIT,
                  RfbReader.State.MESSAGE)
              .get(random.nextInt(4)));
      byte[] noise = new byte[300];
      random.nextBytes(noise);
      ByteBuf in = Unpooled.wrappedBuffer(noise);
      try {
        while (noisy.read(in)) {
          // on
        }
      } catch (RfbProtocolException e) {
        assertThat(noisy.state()).as("seed=%d", seed).isEqualTo(RfbReader.State.BAD_MESSAGE);
      }
    }
  }

  @Test
  void keysAndPointerAllocateNothing() {
    long[] sum = new long[1];
    RfbReader quiet =
        new RfbReader(
            new Calls() {
              @Override
              public void key(boolean down, int keysym, int scancode) {
                sum[0] += keysym;
              }

              @Override
              public void pointer(int buttons, int x, int y) {
                sum[0] += x;
              }
            },
            100,
            8);
    quiet.expect(RfbReader.State.MESSAGE);
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < 1000; i++) {
      in.writeBytes(new byte[] {4, 1, 0, 0, 0, 0, 0, 97});
      in.writeBytes(new byte[] {(byte) 255, 0, 0, 1, 0, 0, 0, 97, 0, 0, 0, 30});
      in.writeBytes(new byte[] {5, 0, 0, 1, 0, 1});
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int round = 0; round < 20; round++) {
      in.readerIndex(0);
      long before = threads.getCurrentThreadAllocatedBytes();
      while (quiet.read(in)) {
        // on
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(sum[0]).isEqualTo(20L * 1000 * (97 + 97 + 1));
    // 3000 messages; what the measurement itself takes is far less than a byte each.
    assertThat(allocated).isLessThan(1000);
  }
}
