package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
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
    return Credentials.check(
        verifier,
        connection,
        in.readCharSequence((int) user, StandardCharsets.UTF_8).toString(),
        Credentials.readSecret(in, (int) password));
  }
}
