package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dmore.rfb.protocol.RfbProtocolException;

/**
 * Name and password as they are (rfbproto, VeNCrypt's Plain): the lengths of both, as 32 bits, then
 * both in UTF-8. For connections that are encrypted only.
 */
final class PlainExchange implements SecurityExchange {
  /** Bytes of a name, and of a password. */
  static final int MAX_LENGTH = 1024;

  private final PasswordVerifier verifier;
  private final ConnectionInfo connection;

  PlainExchange(PasswordVerifier verifier, ConnectionInfo connection) {
    this.verifier = verifier;
    this.connection = connection;
  }

  @Override
  public SecurityOutcome start(ByteBuf out) {
    return new SecurityOutcome.Pending();
  }

  @Override
  public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
    if (in.readableBytes() < 8) {
      return new SecurityOutcome.Pending();
    }
    long user = in.getUnsignedInt(in.readerIndex());
    long password = in.getUnsignedInt(in.readerIndex() + 4);
    if (user > MAX_LENGTH || password > MAX_LENGTH) {
      throw new RfbProtocolException(
          "user-length="
              + user
              + " password-length="
              + password
              + " must be "
              + MAX_LENGTH
              + " or less");
    }
    if (in.readableBytes() < 8 + user + password) {
      return new SecurityOutcome.Pending();
    }
    in.skipBytes(8);
    return check(verifier, connection, text(in, (int) user), secret(in, (int) password));
  }

  static String text(ByteBuf in, int length) {
    return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
  }

  /** Read without a String, which could not be overwritten. */
  static char[] secret(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    char[] secret = new char[decoded.remaining()];
    decoded.get(secret);
    decoded.clear();
    decoded.put(new char[decoded.remaining()]);
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }

  /** Asks the verifier; the password is overwritten when it has answered. */
  static SecurityOutcome check(
      PasswordVerifier verifier, ConnectionInfo connection, String user, char[] password) {
    return new SecurityOutcome.Verifying(
        verifier
            .verify(user, password, connection)
            .whenComplete((identity, problem) -> Arrays.fill(password, '\0'))
            .thenApply(
                identity ->
                    identity
                        .<SecurityOutcome>map(SecurityOutcome.Accepted::new)
                        .orElseGet(() -> new SecurityOutcome.Rejected("authentication failed"))));
  }
}
