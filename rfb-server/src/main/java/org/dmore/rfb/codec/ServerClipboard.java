package org.dmore.rfb.codec;

import java.nio.charset.StandardCharsets;

/**
 * A text of the server's clipboard in both forms that it may have on the wire, made once for all
 * clients. Immutable.
 */
public final class ServerClipboard {
  private final byte[] latin1;
  private final byte[] utf8;
  private final byte[] compressed;

  /**
   * Encodes and compresses a text: a few milliseconds for a long one, so not on an event loop.
   *
   * @param text its lines ended in any way
   */
  public ServerClipboard(String text) {
    this.latin1 = ClipboardCodec.toLines(text).getBytes(StandardCharsets.ISO_8859_1);
    this.utf8 = ClipboardCodec.encode(text);
    this.compressed = ClipboardCodec.compress(utf8);
  }

  /** Bytes of it as an extended clipboard has them before compression, NUL included. */
  public int length() {
    return utf8.length;
  }

  /** Whether there is no text. */
  public boolean isEmpty() {
    return latin1.length == 0;
  }

  /** For ServerCutText; what is not Latin-1 is a question mark. */
  byte[] latin1() {
    return latin1;
  }

  /** What an extended clipboard's provide carries after its flags. */
  byte[] compressed() {
    return compressed;
  }
}
