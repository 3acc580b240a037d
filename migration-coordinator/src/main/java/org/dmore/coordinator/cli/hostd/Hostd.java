package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlPlane;

/**
 * A {@code hostd}, open as long as a command runs.
 *
 * @param plane what can be asked of it
 * @param closer lets go of it
 */
public record Hostd(ControlPlane plane, Runnable closer) implements AutoCloseable {

  /**
   * A question to a {@code hostd}.
   *
   * @param <T> what it answers
   */
  @FunctionalInterface
  interface Question<T> {
    T ask(ControlPlane plane) throws IOException, InterruptedException;
  }

  /** An order to a {@code hostd}. */
  @FunctionalInterface
  interface Order {
    void give(ControlPlane plane) throws IOException, InterruptedException;
  }

  /**
   * Asks it something.
   *
   * @throws ControlException if it refuses, or does not answer
   */
  <T> T ask(Question<T> question) throws ControlException, InterruptedException {
    try {
      return question.ask(plane);
    } catch (ControlException e) {
      throw e;
    } catch (IOException e) {
      throw new ControlException(
          ControlException.Reason.UNAVAILABLE, "hostd does not answer: " + e.getMessage(), e);
    }
  }

  /**
   * Has it do something.
   *
   * @throws ControlException if it refuses, or does not answer
   */
  void tell(Order order) throws ControlException, InterruptedException {
    boolean unused =
        ask(
            plane -> {
              order.give(plane);
              return true;
            });
  }

  @Override
  public void close() {
    closer.run();
  }
}
