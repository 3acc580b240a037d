package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.xen.embedded.EmbeddedDomain;

/**
 * A guest with keyboard and framebuffer that answers each key event with one byte; the key {@code
 * b}, when it is pressed, also fills a block with the other of two colours, at once.
 */
final class AnsweringGuest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;
  private static final int LEFT = 320;
  private static final int TOP = 240;
  private static final int BLOCK = 64;
  private static final int[] COLOURS = {0x2060c0, 0xe0a020};

  /** {@code KEY_B} of {@code linux/input-event-codes.h}. */
  private static final int KEY_B = 48;

  private static final int ANSWER = 'k';

  private final OutputStream answers;
  private final GuestDrivers drivers;
  private final int[] row = new int[BLOCK];
  private int painted;

  /**
   * Puts the drivers into a domain that has not run yet.
   *
   * @param answers not buffered
   */
  AnsweringGuest(EmbeddedDomain domain, OutputStream answers) {
    this.answers = answers;
    this.drivers = new GuestDrivers(domain, WIDTH, HEIGHT, new Input());
  }

  GuestDrivers drivers() {
    return drivers;
  }

  private void paint() {
    FramebufferFrontend framebuffer = drivers.framebuffer();
    Arrays.fill(row, COLOURS[painted++ % COLOURS.length]);
    for (int y = TOP; y < TOP + BLOCK; y++) {
      framebuffer.putRow(LEFT, y, row, 0, BLOCK);
    }
    framebuffer.update(LEFT, TOP, BLOCK, BLOCK);
  }

  private final class Input implements KeyboardFrontend.Listener {
    @Override
    public void key(int code, boolean pressed) {
      try {
        answers.write(ANSWER);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // nobody listens any more
      }
      if (pressed && code == KEY_B) {
        paint();
      }
    }
  }
}
