package org.dmore.rfb.codec;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.ClientMessage;
import org.dmore.rfb.protocol.ProtocolVersion;

/**
 * Decides what to do with what an {@link RfbReader} has parsed. Called on the connection's event
 * loop, in the order of the bytes. Each of the handshake's methods tells the reader what to expect
 * next with {@link RfbReader#expect}.
 *
 * <p>Any method may throw {@link org.dmore.rfb.protocol.RfbProtocolException}: the connection is
 * then refused as malformed.
 */
public interface RfbHandler {
  /** The client's answer to the version message. */
  void version(ProtocolVersion version);

  /** The client chose a security type. */
  void securityType(int number);

  /**
   * Bytes for the security type that runs.
   *
   * @return false if it needs more than {@code in} holds; it has then read nothing
   */
  boolean security(ByteBuf in);

  /** The client is in, and says whether it shares the desktop. */
  void clientInit(boolean shared);

  /** A KeyEvent, or a QEMU extended key event; 0 stands for what the message does not carry. */
  void key(boolean down, int keysym, int scancode);

  /** A PointerEvent, its place as the client sent it. */
  void pointer(int buttons, int x, int y);

  /** Any other message. */
  void message(ClientMessage message);

  /** A ClientCutText was longer than the limit and is left out. */
  void cutTextTooLong(long length);
}
