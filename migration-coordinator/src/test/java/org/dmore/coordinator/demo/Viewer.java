package org.dmore.coordinator.demo;

import com.shinyhut.vernacular.client.VernacularClient;
import com.shinyhut.vernacular.client.VernacularConfig;
import com.shinyhut.vernacular.client.rendering.ColorDepth;
import java.awt.Image;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A real client library, connected over TCP. */
public final class Viewer implements AutoCloseable {
  private final VernacularClient client;
  private final AtomicReference<Image> screen = new AtomicReference<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final AtomicInteger updates = new AtomicInteger();

  public Viewer(InetSocketAddress address, String password) {
    VernacularConfig config = new VernacularConfig();
    config.setColorDepth(ColorDepth.BPP_24_TRUE);
    config.setPasswordSupplier(() -> password);
    config.setErrorListener(failure::set);
    config.setScreenUpdateListener(
        image -> {
          screen.set(image);
          updates.incrementAndGet();
        });
    client = new VernacularClient(config);
    client.start(address.getHostString(), address.getPort());
  }

  void press(int keysym) {
    client.updateKey(keysym, true);
  }

  void release(int keysym) {
    client.updateKey(keysym, false);
  }

  public void type(int keysym) {
    press(keysym);
    release(keysym);
  }

  public void type(String text) {
    text.chars().forEach(this::type);
  }

  /** Puts a text on the viewer's clipboard. */
  void copy(String text) {
    client.copyText(text);
  }

  void move(int x, int y) {
    client.moveMouse(x, y);
  }

  int updates() {
    return updates.get();
  }

  Image screen() {
    return screen.get();
  }

  public boolean isRunning() {
    return client.isRunning();
  }

  public Exception failure() {
    return failure.get();
  }

  @Override
  public void close() {
    client.stop();
  }
}
