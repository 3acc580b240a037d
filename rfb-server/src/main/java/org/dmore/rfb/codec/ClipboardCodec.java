package org.dmore.rfb.codec;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.dmore.rfb.protocol.ExtendedClipboard;
import org.dmore.rfb.protocol.RfbProtocolException;

/**
 * The body of an extended clipboard message, from its flags on (rfbproto, Extended Clipboard
 * Pseudo-Encoding).
 *
 * <p>A provided clipboard is a zlib stream of its own: for each format a length of 32 bits and that
 * many bytes, lowest format first. A few bytes of it may inflate to any number, so no more is
 * inflated than the text's own length, and that only if the limit allows it.
 */
public final class ClipboardCodec {
  /** Texts are short and whoever copies one waits for it: speed before size. */
  private static final int LEVEL = Deflater.BEST_SPEED;

  private ClipboardCodec() {}

  /** Says what became of a message. */
  public sealed interface Parsed {
    /** It is this. */
    record Message(ExtendedClipboard message) implements Parsed {}

    /** Its text is longer than the limit. */
    record TooLong(long length) implements Parsed {}

    /** It holds nothing of a format that is known. */
    record Nothing() implements Parsed {}
  }

  /**
   * Parses a body.
   *
   * @param in is read to its end
   * @param maxText bytes of UTF-8 that a text may have, its NUL included
   * @throws RfbProtocolException if the body is not what its flags say
   */
  public static Parsed parse(ByteBuf in, int maxText) {
    int length = in.readableBytes();
    if (length < 4) {
      throw new RfbProtocolException("extended-clipboard-length=" + length + " has no flags");
    }
    int flags = in.readInt();
    int action = flags & ExtendedClipboard.ACTIONS;
    int formats = flags & ExtendedClipboard.FORMATS;
    if ((action & ExtendedClipboard.CAPS) != 0) {
      return new Parsed.Message(caps(in, flags));
    }
    return switch (action) {
      case ExtendedClipboard.REQUEST -> rest(in, new ExtendedClipboard.Request(formats));
      case ExtendedClipboard.PEEK -> rest(in, new ExtendedClipboard.Peek());
      case ExtendedClipboard.NOTIFY -> rest(in, new ExtendedClipboard.Notify(formats));
      case ExtendedClipboard.PROVIDE -> provided(in, formats, maxText);
      default ->
          throw new RfbProtocolException(
              "extended-clipboard-flags=0x%08x name no one action".formatted(flags));
    };
  }

  private static Parsed rest(ByteBuf in, ExtendedClipboard message) {
    in.skipBytes(in.readableBytes());
    return new Parsed.Message(message);
  }

  private static ExtendedClipboard.Caps caps(ByteBuf in, int flags) {
    int formats = Integer.bitCount(flags & ExtendedClipboard.FORMATS);
    if (in.readableBytes() < 4 * formats) {
      throw new RfbProtocolException(
          "extended-clipboard-length=%d is too short for flags=0x%08x"
              .formatted(4 + in.readableBytes(), flags));
    }
    long maxText = (flags & ExtendedClipboard.TEXT) != 0 ? in.readUnsignedInt() : 0;
    in.skipBytes(in.readableBytes());
    return new ExtendedClipboard.Caps(flags, maxText);
  }

  private static Parsed provided(ByteBuf in, int formats, int maxText) {
    byte[] compressed = new byte[in.readableBytes()];
    in.readBytes(compressed);
    if ((formats & ExtendedClipboard.TEXT) == 0) {
      return new Parsed.Nothing();
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(compressed);
      byte[] size = inflate(inflater, 4);
      long length = new BigInteger(1, size).longValue();
      if (length > maxText) {
        return new Parsed.TooLong(length);
      }
      byte[] text = inflate(inflater, (int) length);
      return new Parsed.Message(new ExtendedClipboard.Provide(toLines(untilNul(text))));
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflate(Inflater inflater, int length) {
    byte[] bytes = new byte[length];
    int have = 0;
    try {
      while (have < length) {
        int count = inflater.inflate(bytes, have, length - have);
        if (count == 0) {
          throw new RfbProtocolException(
              "extended clipboard ends early: bytes=" + have + " of=" + length);
        }
        have += count;
      }
    } catch (DataFormatException e) {
      throw new RfbProtocolException("extended clipboard is not zlib: " + e.getMessage());
    }
    return bytes;
  }

  private static String untilNul(byte[] text) {
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** Lines as Java and Unix have them. */
  static String toLines(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** What a provided clipboard of text alone carries after its flags. */
  static byte[] compress(byte[] plain) {
    Deflater deflater = new Deflater(LEVEL);
    try {
      int length = plain.length;
      deflater.setInput(
          new byte[] {
            (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
          });
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[Math.min(8192, 64 + length)];
      drain(deflater, chunk, out);
      deflater.setInput(plain);
      deflater.finish();
      drain(deflater, chunk, out);
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void drain(Deflater deflater, byte[] chunk, ByteArrayOutputStream out) {
    int count;
    while ((count = deflater.deflate(chunk)) > 0) {
      out.write(chunk, 0, count);
    }
  }

  /** A text as it stands in a clipboard that is provided. */
  static byte[] encode(String text) {
    byte[] bytes = toLines(text).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }
}
