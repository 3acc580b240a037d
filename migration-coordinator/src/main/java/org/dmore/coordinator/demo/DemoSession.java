package org.dmore.coordinator.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.Paste;

/**
 * A run of the demo: the room, the moves that were asked for, and the end. Moves are carried out
 * one after the other on a thread of the session's.
 */
final class DemoSession {
  private static final Duration LAST_EVENTS = Duration.ofSeconds(10);

  private final DemoRoom room;
  private final DemoOutput output;
  private final ScheduledExecutorService mover =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "mover");
            thread.setDaemon(true);
            return thread;
          });

  /** Tells of pastes, so that the console's loop need not wait for a terminal. */
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "teller");
            thread.setDaemon(true);
            return thread;
          });

  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger moves = new AtomicInteger();
  private final AtomicReference<CompletableFuture<Void>> paste =
      new AtomicReference<>(CompletableFuture.completedFuture(null));
  private volatile boolean inexact;

  DemoSession(DemoRoom room, DemoOutput output) {
    this.room = room;
    this.output = output;
  }

  DemoRoom room() {
    return room;
  }

  /** Moves the pair to the other host, after the moves that were asked for before. */
  Future<?> migrate() {
    return mover.submit(this::move);
  }

  /** Moves the pair again and again, so long after the end of the move before. */
  void migrateEvery(Duration pause) {
    Future<?> unused =
        mover.scheduleWithFixedDelay(
            this::move, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Begins to type a text into the guest, as keys.
   *
   * @throws IllegalArgumentException if it cannot be typed; the message says why
   * @throws IllegalStateException if another is being typed
   */
  void paste(String text) {
    PasteProgress progress = new PasteProgress();
    int unused = room.consoled().paste(text, progress);
    paste.set(progress.ended);
  }

  /** What the last viewer whose clipboard changed has in it. */
  Optional<String> viewersClipboard() {
    return room.consoled().query(GuestConsole::viewersClipboard);
  }

  /** Calls a paste off. */
  void cancelPaste() {
    int unused = room.consoled().cancelPaste();
  }

  /** Asks for the end, from any thread. */
  void stop() {
    stop.countDown();
  }

  /** Waits until the end is asked for; false if the time was over first. */
  boolean awaitStop(Duration time) throws InterruptedException {
    return stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether the end was asked for. */
  boolean isStopping() {
    return stop.getCount() == 0;
  }

  /**
   * Ends: lets a move that is under way come to its end, disconnects viewers, waits until the guest
   * has taken what they sent, and tells whether everything arrived.
   */
  boolean finish() throws InterruptedException {
    stop();
    mover.shutdown();
    if (!mover.awaitTermination(60, TimeUnit.SECONDS)) {
      mover.shutdownNow();
    }
    room.guest().setStalled(false);
    awaitPaste();
    room.consoled().server().close();
    InputAudit audit = room.audit(LAST_EVENTS);
    boolean exact = audit.isExact() && !inexact;
    teller.shutdown();
    boolean unused = teller.awaitTermination(5, TimeUnit.SECONDS);
    output.stopped(audit, moves.get(), exact);
    return exact;
  }

  private void awaitPaste() throws InterruptedException {
    try {
      Object unused = paste.get().get(LAST_EVENTS.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      cancelPaste();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void move() {
    if (isStopping()) {
      return;
    }
    try {
      output.moving(room.location().name(), "the other host");
      MigrationReceipt receipt = room.migrate(new Progress());
      moves.incrementAndGet();
      inexact |= !receipt.isExact();
      output.receipt(receipt);
    } catch (IOException e) {
      output.failed(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class PasteProgress implements Paste.Listener {
    /** Parts of a text that are worth telling. */
    private static final int PARTS = 10;

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int lastPart;
    private int total;

    @Override
    public void progressed(int consumed, int all) {
      total = all;
      int part = (int) ((long) consumed * PARTS / all);
      if (part > lastPart) {
        lastPart = part;
        teller.execute(() -> output.pasting(consumed, all));
      }
    }

    @Override
    public void ended(Paste.End end, int typed) {
      int all = Math.max(total, typed);
      teller.execute(
          () -> {
            output.pasted(end, typed, all);
            ended.complete(null);
          });
    }
  }

  private final class Progress implements MigrationListener {
    private static final VmMigration.Progress NOTHING =
        new VmMigration.Progress("", 0, 0, Duration.ZERO);

    private VmMigration.Progress last = NOTHING;
    private long held;

    @Override
    public void beginning(MigrationStep step) {
      output.progress(step, last, held);
    }

    @Override
    public void progress(MigrationStep step, VmMigration.Progress progress) {
      last = progress;
      if (step == MigrationStep.MOVE_DOMR) {
        held = room.heldEvents();
      }
      output.progress(step, progress, held);
    }
  }
}
