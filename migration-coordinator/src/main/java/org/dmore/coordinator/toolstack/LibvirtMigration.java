package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;

/**
 * A migration by libvirt, from libvirtd to libvirtd: it goes on whatever becomes of who asked for
 * it, and when the VM has landed it is the destination's for good. Thread-safe.
 */
final class LibvirtMigration implements VmMigration {
  private final String vm;
  private final CompletableFuture<Void> end;
  private final Growth growth;
  private final Suspension suspension;
  private final Cut cut;
  private final Duration abortLimit;

  /** Cuts the connection that the VM's memory goes through. */
  @FunctionalInterface
  interface Cut {
    void run() throws IOException;
  }

  /**
   * Wraps one that is under way.
   *
   * @param end completes when the VM has landed, or with the reason why it has not
   * @param abortLimit how long libvirt may take to have the VM go on
   */
  LibvirtMigration(
      String vm,
      CompletableFuture<Void> end,
      Growth growth,
      Suspension suspension,
      Cut cut,
      Duration abortLimit) {
    this.vm = vm;
    this.end = end;
    this.growth = growth;
    this.suspension = suspension;
    this.cut = cut;
    this.abortLimit = abortLimit;
  }

  @Override
  public Progress progress() {
    return growth.progress(end.isDone() ? "landed" : "copying");
  }

  @Override
  public Optional<DomainId> incomingId() {
    return growth.id();
  }

  @Override
  public boolean landsForGood() {
    return true;
  }

  @Override
  public void awaitLanded(Duration timeout)
      throws IOException, TimeoutException, InterruptedException {
    try {
      end.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      growth.close();
    } catch (ExecutionException e) {
      growth.close();
      suspension.over();
      throw LibvirtConnection.asIoException(e.getCause());
    }
  }

  @Override
  public void complete() {
    // libvirt has done it.
  }

  @Override
  public void abort() throws IOException, InterruptedException {
    if (!end.isDone()) {
      cut.run();
    }
    try {
      awaitLanded(abortLimit);
      throw new IOException("vm=" + vm + " is at the destination for good");
    } catch (TimeoutException e) {
      throw new IOException("vm=" + vm + " still moves", e);
    } catch (IOException e) {
      if (!end.isCompletedExceptionally()) {
        throw e;
      }
    }
  }

  @Override
  public void runsAgain() {
    suspension.over();
  }

  @Override
  public Duration standingStill() {
    return suspension.soFar();
  }
}
