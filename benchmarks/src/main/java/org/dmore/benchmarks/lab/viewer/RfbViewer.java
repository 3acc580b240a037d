package org.dmore.benchmarks.lab.viewer;

import static org.dmore.benchmarks.lab.viewer.ProtocolException.check;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.rfb.security.VncAuthentication;

/**
 * An RFB client on one TCP connection that it never replaces: keeps its picture up to date on a
 * thread of its own, and sends what it is given. Whatever the server says that it may not is a
 * failure, and so is the end of the connection.
 *
 * <p>Thread-safe; each message is sent whole.
 */
public final class RfbViewer implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;

  /** For the handshake; later the server may be silent for as long as a move takes. */
  private static final int HANDSHAKE_MILLIS = 60_000;

  private static final byte[] VERSION = "RFB 003.008\n".getBytes(StandardCharsets.US_ASCII);
  private static final int NO_AUTHENTICATION = 1;
  private static final int VNC_AUTHENTICATION = 2;
  private static final int UPDATE = 0;
  private static final int BELL = 2;
  private static final int CUT_TEXT = 3;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final Canvas canvas = new Canvas();
  private final UpdateReader reader = new UpdateReader(canvas);
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final Object news = new Object();
  private long updates;
  private String name = "";
  private volatile boolean closing;

  private RfbViewer(Socket socket) throws IOException {
    this.socket = socket;
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    out = socket.getOutputStream();
  }

  /**
   * Connects, sharing the desktop with others, and asks for the whole picture.
   *
   * @param password for VNC Authentication; empty for none
   */
  public static RfbViewer connect(InetSocketAddress server, String password) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(server, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      RfbViewer viewer = new RfbViewer(socket);
      viewer.shakeHands(password);
      socket.setSoTimeout(0);
      Thread thread = new Thread(viewer::follow, "viewer-" + socket.getLocalPort());
      thread.setDaemon(true);
      thread.start();
      return viewer;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The desktop's name at the beginning. */
  public String name() {
    return name;
  }

  /** Both ends of the connection: the same text as long as it is the same connection. */
  public String connection() {
    return socket.getLocalSocketAddress() + " -> " + socket.getRemoteSocketAddress();
  }

  /** The picture as it is now. */
  public Picture picture() throws IOException {
    checkOpen();
    return canvas.picture();
  }

  /** Updates that came so far. */
  public long updates() {
    synchronized (news) {
      return updates;
    }
  }

  /** Whether the server takes scancodes; it says so in its first update. */
  public boolean takesScancodes() {
    return reader.takesScancodes();
  }

  /** Why there is no connection any more; empty while there is one. */
  public Optional<IOException> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Sends one message, or several at once; blocks while the server takes no more. */
  public void send(byte[] messages) throws IOException {
    checkOpen();
    synchronized (out) {
      out.write(messages);
    }
  }

  /** Asks for all of the picture anew. */
  public void refresh() throws IOException {
    send(RfbMessages.updateRequest(false, canvas.width(), canvas.height()));
  }

  /** What a wait is for. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it holds; asked again after each update. */
    boolean holds(RfbViewer viewer) throws IOException;
  }

  /**
   * Waits until a condition holds.
   *
   * @return whether it does; {@code false} after the limit
   * @throws IOException if the connection ends
   */
  public boolean await(Duration limit, Condition condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long before = updates();
      checkOpen();
      if (condition.holds(this)) {
        return true;
      }
      synchronized (news) {
        while (updates == before && failure.get() == null) {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          news.wait(left / 1_000_000 + 1);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    socket.close();
  }

  private void checkOpen() throws IOException {
    IOException cause = failure.get();
    if (cause != null) {
      throw new IOException(
          "connection " + connection() + " has ended: " + cause.getMessage(), cause);
    }
  }

  private void shakeHands(String password) throws IOException {
    byte[] version = new byte[VERSION.length];
    in.readFully(version);
    check(Arrays.equals(version, VERSION), "version " + Arrays.toString(version));
    out.write(VERSION);
    byte[] types = new byte[in.readUnsignedByte()];
    in.readFully(types);
    check(types.length > 0, "it refuses to speak");
    int wanted = password.isEmpty() ? NO_AUTHENTICATION : VNC_AUTHENTICATION;
    boolean offered = false;
    for (byte type : types) {
      offered |= type == wanted;
    }
    check(offered, "security-type=%d is not among %s".formatted(wanted, Arrays.toString(types)));
    out.write(wanted);
    if (wanted == VNC_AUTHENTICATION) {
      byte[] challenge = new byte[16];
      in.readFully(challenge);
      byte[] key = Arrays.copyOf(password.getBytes(StandardCharsets.ISO_8859_1), 8);
      out.write(VncAuthentication.response(key, challenge));
    }
    int result = in.readInt();
    if (result != 0) {
      throw new IOException("security-result=" + result + ": " + UpdateReader.text(in));
    }
    out.write(1);
    canvas.resize(in.readUnsignedShort(), in.readUnsignedShort());
    in.readFully(new byte[16]);
    name = UpdateReader.text(in);
    out.write(RfbMessages.pixelFormat());
    out.write(RfbMessages.encodings(UpdateReader.encodings()));
    out.write(RfbMessages.updateRequest(false, canvas.width(), canvas.height()));
  }

  private void follow() {
    try (reader) {
      while (true) {
        int type = in.readUnsignedByte();
        switch (type) {
          case UPDATE -> readUpdate();
          case BELL -> {
            // Nothing comes with it.
          }
          case CUT_TEXT -> {
            in.readFully(new byte[3]);
            String unused = UpdateReader.text(in);
          }
          default -> throw new ProtocolException("message of type=" + type);
        }
      }
    } catch (IOException | RuntimeException e) {
      String message = closing ? "it was closed here" : String.valueOf(e.getMessage());
      failure.set(new IOException(e.getClass().getSimpleName() + ": " + message, e));
      synchronized (news) {
        news.notifyAll();
      }
    }
  }

  private void readUpdate() throws IOException {
    boolean resized = reader.read(in);
    synchronized (news) {
      updates++;
      news.notifyAll();
    }
    synchronized (out) {
      out.write(RfbMessages.updateRequest(!resized, canvas.width(), canvas.height()));
    }
  }
}
