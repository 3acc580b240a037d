package org.dmore.benchmarks.rig;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The client's end of a connection that carries RFB KeyEvents (RFC 6143, 7.5.4): a blocking socket,
 * Nagle off, and one buffer. Each message presses a key or lets it go, in turn, so that no key
 * stays down for long. Used by one thread.
 */
public final class KeyClient implements AutoCloseable {
  /** Bytes of a KeyEvent. */
  public static final int MESSAGE_LENGTH = 8;

  /** The keysym of {@code a}: one key, no modifier, one event in the guest. */
  public static final int KEYSYM = 'a';

  private static final byte KEY_EVENT = 4;
  private static final int DOWN_FLAG = 1;
  private static final int KEYSYM_FIELD = 4;
  private static final int VERSION_LENGTH = 12;
  private static final byte SECURITY_NONE = 1;
  private static final byte SHARED = 1;

  /** Bytes of ServerInit between the start and the length of the desktop's name. */
  private static final int SERVER_INIT_FIXED = 20;

  private final SocketChannel socket;
  private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_LENGTH);
  private boolean down;

  private KeyClient(SocketChannel socket) {
    this.socket = socket;
    message.put(0, KEY_EVENT);
  }

  /** Connects and says nothing. */
  public static KeyClient connect(InetSocketAddress address) throws IOException {
    SocketChannel socket = SocketChannel.open(address);
    try {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new KeyClient(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects to an RFB server without authentication and goes through the handshake. */
  public static KeyClient connectRfb(InetSocketAddress address) throws IOException {
    KeyClient client = connect(address);
    try {
      client.shakeHands();
      return client;
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  /** Sends the next press or release, in one segment. */
  public void send() throws IOException {
    down = !down;
    send(KEYSYM, down);
  }

  /** Sends a key's press or release, in one segment. */
  public void send(int keysym, boolean pressed) throws IOException {
    message.put(DOWN_FLAG, (byte) (pressed ? 1 : 0));
    message.putInt(KEYSYM_FIELD, keysym);
    message.clear();
    while (message.hasRemaining()) {
      socket.write(message);
    }
  }

  /** The connection, for what else is said on it. */
  public SocketChannel socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void shakeHands() throws IOException {
    String version = new String(read(VERSION_LENGTH).array(), StandardCharsets.US_ASCII);
    if (!version.equals("RFB 003.008\n")) {
      throw new IOException("server-version=\"" + version.strip() + "\" is not RFB 003.008");
    }
    write(version.getBytes(StandardCharsets.US_ASCII));
    int types = read(1).get();
    ByteBuffer offered = read(types);
    boolean none = false;
    while (offered.hasRemaining()) {
      none |= offered.get() == SECURITY_NONE;
    }
    if (!none) {
      throw new IOException("the server wants a password: the benchmark connects without");
    }
    write(SECURITY_NONE);
    int result = read(Integer.BYTES).getInt();
    if (result != 0) {
      throw new IOException("security-result=" + result);
    }
    write(SHARED);
    read(SERVER_INIT_FIXED);
    read(read(Integer.BYTES).getInt());
  }

  private void write(byte... bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      socket.write(buffer);
    }
  }

  private ByteBuffer read(int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (socket.read(buffer) < 0) {
        throw new EOFException("the server hung up during the handshake");
      }
    }
    return buffer.flip();
  }
}
