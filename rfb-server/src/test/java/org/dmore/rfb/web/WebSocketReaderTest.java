package org.dmore.rfb.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a client's frames, and what it must not send. */
class WebSocketReaderTest {
  private static final int MAX_FRAME = 100_000;

  private final WebSocketReader reader = new WebSocketReader(MAX_FRAME);

  private String read(String hex) {
    ByteBuf in = Unpooled.copiedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    reader.read(in);
    byte[] left = new byte[in.readableBytes()];
    in.readBytes(left);
    return HexFormat.of().formatHex(left);
  }

  @Test
  void thePayloadIsUnmaskedAndTheHeaderTakenOut() {
    // RFC 6455, 5.7: "Hello", but in a binary frame.
    assertThat(read("82 85 37fa213d 7f9f4d5158")).isEqualTo("48656c6c6f");
  }

  @Test
  void framesOfOneReadAreJoinedPingsLeftOut() {
    assertThat(read("02 81 00000000 01" + "89 82 00000000 aabb" + "80 82 00000000 0203"))
        .isEqualTo("010203");
    assertThat(reader.hasPing()).isTrue();
    ByteBuf pong = Unpooled.buffer();
    reader.takePong(pong);
    assertThat(pong.readShort()).isEqualTo((short) 0xaabb);
    assertThat(reader.hasPing()).isFalse();
  }

  @Test
  void whateverTheFragmentsAndReadsTheStreamIsTheSame() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      WebSocketReader fresh = new WebSocketReader(MAX_FRAME);
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      boolean open = false;
      for (int i = 0; i < 20; i++) {
        if (random.nextInt(5) == 0) {
          write(wire, random, 0x80 | (random.nextBoolean() ? 9 : 10), random.nextInt(126), null);
        }
        boolean last = random.nextBoolean();
        int length = new int[] {0, 3, 8, 125, 126, 200, 65_535, 65_536}[random.nextInt(8)];
        write(wire, random, (last ? 0x80 : 0) | (open ? 0 : 2), length, sent);
        open = !last;
      }
      byte[] bytes = wire.toByteArray();
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      for (int at = 0; at < bytes.length; ) {
        int count =
            Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 9 : 9999));
        // Not at the buffer's beginning, as after TLS.
        ByteBuf in = Unpooled.buffer().writeZero(3).writeBytes(bytes, at, count).skipBytes(3);
        assertThat(fresh.read(in)).as(fresh.violation()).isEqualTo(WebSocketReader.State.OPEN);
        while (in.isReadable()) {
          received.write(in.readByte());
        }
        at += count;
      }
      assertThat(Arrays.equals(received.toByteArray(), sent.toByteArray())).isTrue();
    }
  }

  private static void write(
      ByteArrayOutputStream wire,
      Random random,
      int first,
      int length,
      ByteArrayOutputStream sent) {
    byte[] payload = new byte[length];
    random.nextBytes(payload);
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    wire.write(first);
    if (length < 126) {
      wire.write(0x80 | length);
    } else if (length < 65_536) {
      wire.write(0xfe);
      wire.write(length >> 8);
      wire.write(length);
    } else {
      wire.write(0xff);
      wire.writeBytes(new byte[] {0, 0, 0, 0, 0, (byte) (length >> 16), (byte) (length >> 8)});
      wire.write(length);
    }
    wire.writeBytes(mask);
    for (int i = 0; i < length; i++) {
      wire.write(payload[i] ^ mask[i & 3]);
    }
    if (sent != null) {
      sent.writeBytes(payload);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "82 05 0102030405, 1002, not masked",
    "c2 81 00000000 01, 1002, reserved bits",
    "81 81 00000000 41, 1003, text",
    "80 81 00000000 41, 1002, did not begin",
    "02 81 00000000 41 82 81 00000000 42, 1002, before the last one ended",
    "83 81 00000000 41, 1002, opcode=3",
    "8b 81 00000000 41, 1002, opcode=11",
    "09 81 00000000 41, 1002, fragmented",
    "89 fe 0080 00000000, 1002, longer than 125",
    "82 fe 007d 00000000, 1002, shortest",
    "82 ff 000000000000ffff 00000000, 1002, shortest",
    "82 ff 00000000000186a1 00000000, 1009, limit=100000",
    "82 ff ffffffffffffffff 00000000, 1009, 18446744073709551615",
    "88 81 00000000 03, 1002, Close of 1 byte",
    "88 82 00000000 03ed, 1002, code=1005",
    "88 82 00000000 0000, 1002, code=0",
  })
  void aViolationEndsTheStreamAndIsNamed(String hex, int code, String what) {
    String before = "82 81 00000000 77";
    assertThat(read(before + hex)).startsWith("77");
    assertThat(reader.closeCode()).isEqualTo(code);
    assertThat(reader.violation()).contains(what);
    assertThat(read("82 81 00000000 55")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"88 80 00000000", "88 82 00000000 03e8", "88 84 00000000 0bb8 4142"})
  void afterACloseNothingCounts(String close) {
    assertThat(read("82 81 00000000 77" + close + "82 81 00000000 55")).isEqualTo("77");
    assertThat(reader.violation()).isEmpty();
    assertThat(read("82 81 00000000 55")).isEmpty();
  }
}
