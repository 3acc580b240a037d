package org.dmore.rfb.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * WebSocket frames, against a decoder that has all bytes at hand and takes no shortcut.
 *
 * <p>Input: a byte that says how the rest is cut into segments, then a client's frames.
 */
public final class WebSocketFuzz {
  private static final int MAX_FRAME = 1000;

  private WebSocketFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int piece = 1 + (input[0] & 0xff);
    WebSocketReader reader = new WebSocketReader(MAX_FRAME);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    for (int at = 1; at < input.length; at += piece) {
      ByteBuf in = Unpooled.copiedBuffer(input, at, Math.min(piece, input.length - at));
      WebSocketReader.State state = reader.read(in);
      byte[] payload = new byte[in.readableBytes()];
      in.readBytes(payload);
      got.writeBytes(payload);
      if (reader.hasPing()) {
        ByteBuf pong = Unpooled.buffer();
        int length = reader.pongLength();
        reader.takePong(pong);
        require(pong.readableBytes() == length && length <= 125, "pong-length=" + length);
      }
      if (state != WebSocketReader.State.OPEN) {
        require(
            (state == WebSocketReader.State.VIOLATED) != reader.violation().isEmpty(),
            "state=" + state + " violation=" + reader.violation());
        break;
      }
    }
    byte[] expected = payload(input);
    require(
        Arrays.equals(expected, got.toByteArray()),
        "expected=" + Arrays.toString(expected) + " got=" + Arrays.toString(got.toByteArray()));
  }

  /** RFC 6455, 5.2, read plainly: the data of frames until one that may not be, or a Close. */
  private static byte[] payload(byte[] input) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int at = 1;
    boolean open = false;
    while (at + 2 <= input.length) {
      int first = input[at] & 0xff;
      int second = input[at + 1] & 0xff;
      int opcode = first & 15;
      boolean last = first >= 128;
      boolean control = opcode >= 8;
      int length = second & 127;
      boolean allowed =
          (first & 0x70) == 0
              && second >= 128
              && (control ? opcode <= 10 && last && length <= 125 : opcode == (open ? 0 : 2));
      if (!allowed) {
        break;
      }
      int more = length == 126 ? 2 : length == 127 ? 8 : 0;
      at += 2;
      if (at + more + 4 > input.length) {
        break;
      }
      long size = length;
      if (more > 0) {
        size = 0;
        for (int i = 0; i < more; i++) {
          size = size << 8 | (input[at + i] & 0xff);
        }
        if (size >= 0 && size < (more == 2 ? 126 : 1 << 16)) {
          break; // a length is written in its shortest form
        }
      }
      at += more;
      if (size < 0 || size > MAX_FRAME) {
        break;
      }
      if (!control) {
        open = !last;
      }
      int mask = at;
      at += 4;
      int there = (int) Math.min(size, input.length - at);
      if (!control) {
        for (int i = 0; i < there; i++) {
          data.write(input[at + i] ^ input[mask + i % 4]);
        }
      }
      at += there;
      if (opcode == 8 || there < size) {
        break;
      }
    }
    return data.toByteArray();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
