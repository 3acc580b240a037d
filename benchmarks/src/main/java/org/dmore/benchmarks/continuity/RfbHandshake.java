package org.dmore.benchmarks.continuity;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Both sides of RFB 3.8's handshake without authentication (RFC 6143, 7.1 to 7.3). */
final class RfbHandshake {
  private static final byte[] VERSION = "RFB 003.008\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte NO_AUTHENTICATION = 1;
  private static final byte SHARED = 1;

  /** Bytes of ServerInit before the desktop's name: size, pixel format, the name's length. */
  private static final int INIT_HEAD = 24;

  private static final int NAME_LENGTH_FIELD = 20;
  private static final int MAX_NAME = 4096;

  private RfbHandshake() {}

  /**
   * A client's side.
   *
   * @return the server's ServerInit
   * @throws IOException also if the server wants something else
   */
  static byte[] asClient(DataInputStream in, OutputStream out) throws IOException {
    requireVersion(in.readNBytes(VERSION.length));
    out.write(VERSION);
    byte[] types = in.readNBytes(in.readUnsignedByte());
    boolean offered = false;
    for (byte type : types) {
      offered |= type == NO_AUTHENTICATION;
    }
    if (!offered) {
      throw new IOException("the server wants a password: security types " + types.length);
    }
    out.write(NO_AUTHENTICATION);
    int result = in.readInt();
    if (result != 0) {
      throw new IOException("security-result=" + result);
    }
    out.write(SHARED);
    byte[] head = new byte[INIT_HEAD];
    in.readFully(head);
    int nameLength = ByteBuffer.wrap(head).getInt(NAME_LENGTH_FIELD);
    if (nameLength < 0 || nameLength > MAX_NAME) {
      throw new IOException("the desktop's name has bytes=" + nameLength);
    }
    byte[] init = Arrays.copyOf(head, INIT_HEAD + nameLength);
    in.readFully(init, INIT_HEAD, nameLength);
    return init;
  }

  /**
   * A server's side.
   *
   * @param init its ServerInit
   * @throws IOException also if the client wants something else
   */
  static void asServer(DataInputStream in, OutputStream out, byte[] init) throws IOException {
    out.write(VERSION);
    requireVersion(in.readNBytes(VERSION.length));
    out.write(new byte[] {1, NO_AUTHENTICATION});
    int chosen = in.readUnsignedByte();
    if (chosen != NO_AUTHENTICATION) {
      throw new IOException("the client chose security-type=" + chosen);
    }
    out.write(new byte[Integer.BYTES]);
    int unusedShared = in.readUnsignedByte();
    out.write(init);
  }

  private static void requireVersion(byte[] version) throws IOException {
    if (!Arrays.equals(version, VERSION)) {
      throw new IOException("the other end does not speak RFB 3.8: " + Arrays.toString(version));
    }
  }
}
