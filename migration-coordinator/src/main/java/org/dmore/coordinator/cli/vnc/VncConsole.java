package org.dmore.coordinator.cli.vnc;

import com.shinyhut.vernacular.client.VernacularClient;
import com.shinyhut.vernacular.client.VernacularConfig;
import com.shinyhut.vernacular.client.exceptions.AuthenticationFailedException;
import com.shinyhut.vernacular.client.exceptions.AuthenticationRequiredException;
import com.shinyhut.vernacular.client.exceptions.NoSupportedSecurityTypesException;
import com.shinyhut.vernacular.client.exceptions.VncException;
import com.shinyhut.vernacular.client.rendering.ColorDepth;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A VNC server's screen and keyboard. What was pressed and released has been read by the server
 * once {@link #sync} has returned. For one thread.
 */
public final class VncConsole implements AutoCloseable {
  private static final int MAX_RESIZES = 10;

  /** How often vernacular may want to ask: it spins until it may, so at once. */
  private static final int OFTEN = 1000;

  private final Duration patience;
  private final VncSocket socket;
  private final VernacularClient client;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  /** What came from the server. */
  private sealed interface Answer {
    record Picture(BufferedImage image) implements Answer {}

    record Failure(IOException cause) implements Answer {}
  }

  private VncConsole(String host, int port, Optional<String> password, Duration patience)
      throws IOException {
    this.patience = patience;
    this.socket = new VncSocket(host, port, patience, this::ended);
    VernacularConfig config = new VernacularConfig();
    config.setShared(true);
    config.setColorDepth(ColorDepth.BPP_24_TRUE);
    config.setTargetFramesPerSecond(OFTEN);
    password.ifPresent(text -> config.setPasswordSupplier(() -> text));
    config.setScreenUpdateListener(image -> answers.add(new Answer.Picture(buffered(image))));
    config.setErrorListener(failure -> answers.add(new Answer.Failure(failed(failure))));
    client = new VernacularClient(config);
  }

  /**
   * Connects.
   *
   * @param password for VNC Authentication; empty if the server asks for none
   * @param patience how long anything may take
   * @throws IOException if nobody answers there, or it lets nobody in like this
   */
  public static VncConsole open(String host, int port, Optional<String> password, Duration patience)
      throws IOException, InterruptedException {
    VncConsole console = new VncConsole(host, port, password, patience);
    boolean opened = false;
    try {
      console.handshake();
      opened = true;
      return console;
    } finally {
      if (!opened) {
        console.close();
      }
    }
  }

  private void handshake() throws IOException, InterruptedException {
    CompletableFuture<Void> shaken = new CompletableFuture<>();
    CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!shaken.isDone()) {
                closeSocket();
              }
            });
    client.start(socket);
    shaken.complete(null);
    socket.messages().handshaken();
    // The last one: that the server has hung up comes before vernacular's reason for it.
    Optional<IOException> refusal = Optional.empty();
    for (Answer answer : answers) {
      if (answer instanceof Answer.Failure failure) {
        refusal = Optional.of(failure.cause());
      }
    }
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    ClientMessages.Size unused = size();
  }

  private ClientMessages.Size size() throws IOException, InterruptedException {
    try {
      return socket.messages().firstSize().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("the VNC server did not tell its size", e);
    }
  }

  /** Presses a key, or lets go of it; by its X11 keysym. */
  public void key(int keysym, boolean pressed) {
    client.updateKey(keysym, pressed);
  }

  /**
   * Waits until the server has read all that was sent.
   *
   * @throws IOException if it does not, or the connection is cut: some of it may be lost
   */
  public void sync() throws IOException, InterruptedException {
    // A screen that changed its size meanwhile is an answer too many, once.
    BufferedImage unusedFirst = ask(1, 1);
    BufferedImage unusedSecond = ask(1, 1);
  }

  /**
   * The whole screen, as it is now.
   *
   * @throws IOException if it does not come
   */
  public BufferedImage screen() throws IOException, InterruptedException {
    ClientMessages.Size size = size();
    // The answer to a first request may be a size alone; pixels are then those of the next.
    BufferedImage image = ask(size.width(), size.height());
    for (int i = 0; i < MAX_RESIZES; i++) {
      int width = image.getWidth();
      int height = image.getHeight();
      image = ask(width, height);
      if (image.getWidth() == width && image.getHeight() == height) {
        return image;
      }
    }
    throw new IOException("the screen's size keeps changing: try again");
  }

  private void ended() {
    answers.add(new Answer.Failure(new IOException("the VNC server has closed the connection")));
  }

  private BufferedImage ask(int width, int height) throws IOException, InterruptedException {
    try {
      socket.messages().request(width, height);
    } catch (IOException e) {
      // What vernacular has said of it says more.
      answers.add(
          new Answer.Failure(
              new IOException("the connection to the VNC server broke: " + e.getMessage(), e)));
    }
    Answer answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new IOException("the VNC server does not answer within millis=" + patience.toMillis());
    }
    if (answer instanceof Answer.Failure failure) {
      throw failure.cause();
    }
    return ((Answer.Picture) answer).image();
  }

  private static IOException failed(VncException cause) {
    String why =
        cause instanceof AuthenticationFailedException
            ? "it does not take the password"
            : cause instanceof AuthenticationRequiredException
                ? "it asks for a password"
                : cause instanceof NoSupportedSecurityTypesException
                    ? "it takes neither a VNC password nor nobody's: let it offer VncAuth"
                    : "the connection broke: "
                        + Optional.ofNullable(cause.getMessage())
                            .orElse(cause.getClass().getSimpleName());
    return new IOException("the VNC server lets nothing through: " + why, cause);
  }

  private static BufferedImage buffered(Image image) {
    return (BufferedImage) image;
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /** Ends the connection. */
  @Override
  public void close() {
    closeSocket(); // first: vernacular waits for its reader, which waits for the server
    client.stop();
  }
}
