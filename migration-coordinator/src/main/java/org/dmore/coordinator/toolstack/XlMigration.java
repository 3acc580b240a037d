package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;

/** A migration by {@code xl}, decided by whoever started it. Thread-safe. */
final class XlMigration implements VmMigration {
  /** Between two looks at whether a VM that is given up has landed meanwhile. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final Duration POLL = Duration.ofMillis(5);

  private final String vm;
  private final XlStream stream;
  private final Growth growth;
  private final Suspension suspension;
  private final Duration command;

  /**
   * Wraps one that is under way.
   *
   * @param command how long {@code xl} may take for what moves no memory
   */
  XlMigration(String vm, XlStream stream, Growth growth, Suspension suspension, Duration command) {
    this.vm = vm;
    this.stream = stream;
    this.growth = growth;
    this.suspension = suspension;
    this.command = command;
  }

  @Override
  public Progress progress() {
    return growth.progress(stream.hasLanded() ? "landed" : "copying");
  }

  @Override
  public Optional<DomainId> incomingId() {
    return growth.id();
  }

  @Override
  public void awaitLanded(Duration timeout)
      throws IOException, TimeoutException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!stream.hasLanded()) {
      OptionalInt status = stream.status();
      if (status.isPresent() && !stream.hasLanded()) {
        end();
        throw new IOException("vm=%s did not move: %s".formatted(vm, stream.lastWords()));
      }
      if (System.nanoTime() >= deadline) {
        throw new TimeoutException("vm=%s has not landed".formatted(vm));
      }
      Thread.sleep(POLL.toMillis());
    }
    OptionalInt status = stream.status();
    if (status.isPresent() && status.getAsInt() != 0) {
      end();
      throw new IOException("vm=%s did not move: %s".formatted(vm, stream.lastWords()));
    }
  }

  @Override
  public void complete() throws IOException, InterruptedException {
    if (stream.status().isEmpty()) {
      stream.decide(true, command);
    }
    OptionalInt status = stream.awaitEnd(command);
    if (status.isEmpty() || status.getAsInt() != 0) {
      throw new IOException(
          "vm=%s was let go, but xl does not confirm it: %s".formatted(vm, stream.lastWords()));
    }
    growth.close();
    stream.forget();
  }

  @Override
  public void abort() throws IOException, InterruptedException {
    OptionalInt status = stream.status();
    if (status.isEmpty()) {
      status = giveUp();
    }
    if (status.isEmpty()) {
      throw new IOException("vm=%s still moves: %s".formatted(vm, stream.lastWords()));
    }
    if (status.getAsInt() == 0) {
      throw new IOException("vm=%s is at the destination for good".formatted(vm));
    }
    end();
  }

  @Override
  public void runsAgain() {
    suspension.over();
  }

  @Override
  public Duration standingStill() {
    return suspension.soFar();
  }

  /** By its word if it has landed, which it may do at any moment; by cutting it off until then. */
  private OptionalInt giveUp() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + command.toNanos();
    boolean told = false;
    if (!stream.hasLanded()) {
      stream.cut(command);
    }
    OptionalInt status = OptionalInt.empty();
    while (status.isEmpty() && System.nanoTime() < deadline) {
      if (!told && stream.hasLanded()) {
        stream.decide(false, command);
        told = true;
      }
      status = stream.awaitEnd(LOOK);
    }
    return status;
  }

  /** The VM goes on where it was. */
  private void end() throws IOException {
    growth.close();
    suspension.over();
    stream.forget();
  }
}
