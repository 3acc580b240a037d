package org.dmore.rfb.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.dmore.rfb.codec.ClipboardCodec;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.codec.ServerClipboard;
import org.dmore.rfb.protocol.ExtendedClipboard;
import org.dmore.rfb.protocol.RfbProtocolException;

/**
 * The extended clipboard's body, which a few bytes of zlib may make large. Input: the body from its
 * flags on. A text that is accepted comes through another time as it is.
 */
public final class ClipboardFuzz {
  private static final int MAX_TEXT = 10_000;

  /** CR and LF for LF, and the NUL, may make the same text longer than it came. */
  private static final int MAX_TEXT_AGAIN = 2 * MAX_TEXT + 1;

  private static final int HEADER = 8;

  private ClipboardFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    ClipboardCodec.Parsed parsed;
    try {
      parsed = ClipboardCodec.parse(in, MAX_TEXT);
    } catch (RfbProtocolException malformed) {
      return;
    }
    FuzzedSession.require(!in.isReadable(), "unread-bytes=" + in.readableBytes());
    if (parsed instanceof ClipboardCodec.Parsed.TooLong tooLong) {
      FuzzedSession.require(tooLong.length() > MAX_TEXT, "length=" + tooLong.length());
    }
    if (parsed instanceof ClipboardCodec.Parsed.Message message
        && message.message() instanceof ExtendedClipboard.Provide provided) {
      FuzzedSession.require(provided.text().length() <= MAX_TEXT, "length over the limit");
      again(provided);
    }
  }

  private static void again(ExtendedClipboard.Provide provided) {
    ByteBuf out = Unpooled.buffer();
    RfbWriter.clipboardProvide(out, new ServerClipboard(provided.text()));
    out.skipBytes(HEADER);
    // What is not UTF-8 comes as U+FFFD, of three bytes for one.
    ClipboardCodec.Parsed parsed = ClipboardCodec.parse(out, 3 * MAX_TEXT_AGAIN);
    FuzzedSession.require(
        parsed.equals(new ClipboardCodec.Parsed.Message(provided)), "again=" + parsed);
  }
}
