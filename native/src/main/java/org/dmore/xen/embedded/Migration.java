package org.dmore.xen.embedded;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.dmore.xen.DomainId;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live migration, as libxl carries it out.
 *
 * <p>The destination makes a paused copy. While the domain runs, all pages are copied, then those
 * written since, and so on until few are left or the rounds are over. Then the domain is suspended,
 * the rest is copied, and the migration has <em>landed</em>: suspended at the source, paused at the
 * destination, where dom0 can read its memory. Whoever started it then decides: {@link #complete}
 * makes the copy the domain, {@link #rollback} lets the source go on. Until then every failure ends
 * with the domain at the source.
 *
 * <p>Thread-safe. At no time do two copies run.
 */
public final class Migration {
  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

  /** Pages copied between two looks at the clock: 256 KiB. */
  private static final int CHUNK = 64;

  /** Waits shorter than this are left to the next look at the clock. */
  private static final long SHORTEST_WAIT_NANOS = 200_000;

  private static final long NOT_YET = Long.MIN_VALUE;

  private final EmbeddedDomain domain;
  private final EmbeddedHost source;
  private final EmbeddedHost destination;
  private final MigrationOptions options;
  private final Link link;
  private final DomainInstance from;
  private final Thread thread;
  private final AtomicLong suspendedAt = new AtomicLong(NOT_YET);
  private final AtomicLong runsAt = new AtomicLong(NOT_YET);

  private volatile MigrationPhase phase = MigrationPhase.CONNECTING;
  private volatile DomainInstance copy;
  private volatile boolean abort;
  private volatile int round;
  private volatile long bytesCopied;
  private volatile long pagesRemaining;
  private MigrationException failure;

  // The thread's own counts, of which the volatile ones are what others see.
  private int rounds;
  private long copied;
  private long left;
  private FaultPlan destinationFaults = FaultPlan.none();

  private Migration(
      EmbeddedDomain domain,
      EmbeddedHost source,
      EmbeddedHost destination,
      MigrationOptions options) {
    this.domain = domain;
    this.source = source;
    this.destination = destination;
    this.options = options;
    this.link = new Link(options.bandwidth(), options.speedup());
    this.from = domain.instance();
    this.pagesRemaining = from.pages();
    this.thread = new Thread(this::run, "migration/" + domain.name());
    thread.setDaemon(true);
  }

  static Migration start(
      EmbeddedDomain domain,
      EmbeddedHost source,
      EmbeddedHost destination,
      MigrationOptions options) {
    Migration migration = new Migration(domain, source, destination, options);
    domain.beginMigration(migration);
    migration.thread.start();
    return migration;
  }

  public EmbeddedDomain domain() {
    return domain;
  }

  public EmbeddedHost source() {
    return source;
  }

  public EmbeddedHost destination() {
    return destination;
  }

  public MigrationPhase phase() {
    return phase;
  }

  /** The number of the copy at the destination; empty while there is none yet. */
  public Optional<DomainId> incomingId() {
    return Optional.ofNullable(copy).map(instance -> instance.id);
  }

  /** What was done and is expected. */
  public MigrationProgress progress() {
    long remaining = pagesRemaining * SharedPage.PAGE_SIZE;
    Duration estimate =
        phase.isOver() || phase == MigrationPhase.LANDED
            ? Duration.ZERO
            : link.timeFor(remaining).plus(link.real(options.downtimeOverhead()));
    return new MigrationProgress(
        phase, round, bytesCopied, bytesCopied + remaining, pagesRemaining, estimate);
  }

  /**
   * How long the domain stood still, from its suspend until it ran again, here or there; real time.
   * Empty until then.
   */
  public Optional<Duration> downtime() {
    long start = suspendedAt.get();
    long end = runsAt.get();
    return start == NOT_YET || end == NOT_YET
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(end - start));
  }

  /** How long the domain has stood still so far, or did in all; zero before its suspend. */
  public Duration standingStill() {
    long start = suspendedAt.get();
    long end = runsAt.get();
    return start == NOT_YET
        ? Duration.ZERO
        : Duration.ofNanos((end == NOT_YET ? System.nanoTime() : end) - start);
  }

  /**
   * Waits until it has landed.
   *
   * @throws MigrationException if it failed or was called off: the domain goes on at the source
   */
  public synchronized void awaitLanded(Duration timeout)
      throws MigrationException, InterruptedException, TimeoutException {
    awaitUntilLandedOrOver(timeout);
    if (failure != null) {
      throw new MigrationException(failure.getMessage(), failure);
    }
  }

  /**
   * Makes the copy the domain: the source's is destroyed, the domain has its new host and number,
   * and is paused until {@link EmbeddedHost#unpause}.
   *
   * @throws IllegalStateException if it has not landed, or was completed or rolled back
   */
  public synchronized void complete() {
    require(MigrationPhase.LANDED, "complete");
    try {
      domain.moveTo(copy);
    } catch (XenException e) {
      throw new IllegalStateException("dom0 may write every node", e);
    }
    domain.dirtyLog().disable();
    endCopying();
    finish(MigrationPhase.COMPLETED, null);
  }

  /**
   * Lets the source go on as if nothing had been: all its ports and grants are as they were.
   *
   * @throws IllegalStateException if it has not landed, or was completed or rolled back
   */
  public synchronized void rollback() {
    require(MigrationPhase.LANDED, "roll back");
    undo();
    finish(MigrationPhase.ROLLED_BACK, new MigrationException("migration rolled back"));
  }

  /**
   * Calls it off, in whatever phase it is, and waits until the domain goes on at the source; does
   * nothing if it failed or was called off already.
   *
   * @throws IllegalStateException if it is complete
   */
  public void abort() {
    boolean interrupted = false;
    synchronized (this) {
      abort = true;
      if (phase == MigrationPhase.COMPLETED) {
        throw new IllegalStateException("cannot abort: " + describe() + " is complete");
      }
      if (phase == MigrationPhase.LANDED) {
        rollback();
      }
      while (!phase.isOver() && Thread.currentThread() != thread) {
        try {
          wait();
        } catch (InterruptedException e) {
          // The domain must not be left between two hosts; this ends within its park limit.
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isActive() {
    return !phase.isOver();
  }

  /** Called off because the domain is to be destroyed. */
  void abortForDestroy() {
    if (isActive()) {
      abort();
    }
  }

  /** Notes the end of the downtime; called with the domain's lock, and so takes none. */
  void domainRuns() {
    if (suspendedAt.get() != NOT_YET) {
      runsAt.compareAndSet(NOT_YET, System.nanoTime());
    }
  }

  private void run() {
    try {
      connect();
      precopy();
      stopAndCopy();
      land();
    } catch (XenException | MigrationException | RuntimeException e) {
      fail(e);
    }
  }

  private void connect() throws XenException, MigrationException {
    enter(MigrationPhase.CONNECTING);
    destinationFaults = destination.takeFault();
    options.faults().connecting();
    destinationFaults.connecting();
    DomainInstance incoming = destination.newIncoming(domain);
    copy = incoming;
    domain.arrivesAs(incoming);
    DomainNodes.write(incoming, domain.uuid(), domain.config().driverDomain());
  }

  private void precopy() throws MigrationException {
    DirtyLog log = domain.dirtyLog();
    log.enable();
    beginRound(from.pages());
    copyAll();
    long dirty = log.count();
    while (round < options.maxRounds() && dirty >= options.dirtyPageThreshold()) {
      BitSet pages = BitSet.valueOf(log.drain());
      beginRound(pages.cardinality());
      copyPages(pages);
      dirty = log.count();
    }
  }

  private void beginRound(long pages) throws MigrationException {
    round = ++rounds;
    left = pages;
    pagesRemaining = left;
    enter(MigrationPhase.PRECOPY);
    options.faults().roundBegins(round);
    destinationFaults.roundBegins(round);
  }

  private void stopAndCopy() throws MigrationException {
    long start = System.nanoTime();
    domain.suspend();
    suspendedAt.set(start);
    BitSet pages = BitSet.valueOf(domain.dirtyLog().drain());
    left = pages.cardinality();
    pagesRemaining = left;
    enter(MigrationPhase.STOP_AND_COPY);
    options.faults().stopped();
    destinationFaults.stopped();
    copyPages(pages);
    link.spend(options.downtimeOverhead());
    keepPace();
    options.faults().arrived();
    destinationFaults.arrived();
  }

  private void land() throws MigrationException {
    synchronized (this) {
      checkAbort();
      LOG.info("{} landed, rounds={} bytes={}", describe(), round, bytesCopied);
      phase = MigrationPhase.LANDED;
      options.observer().accept(progress());
      notifyAll();
    }
  }

  /** The first round: every page counts, but pages that were never touched need no copying. */
  private void copyAll() throws MigrationException {
    long pages = from.pages();
    long data = from.ram.nextData(0);
    for (long frame = 0; frame < pages; frame += CHUNK) {
      int count = (int) Math.min(CHUNK, pages - frame);
      long start = frame * SharedPage.PAGE_SIZE;
      if (data < start) {
        data = from.ram.nextData(start);
      }
      boolean touched = data < start + (long) count * SharedPage.PAGE_SIZE;
      transfer(frame, count, touched);
    }
  }

  private void copyPages(BitSet pages) throws MigrationException {
    int frame = pages.nextSetBit(0);
    while (frame >= 0) {
      int end = Math.min(pages.nextClearBit(frame), frame + CHUNK);
      transfer(frame, end - frame, true);
      frame = pages.nextSetBit(end);
    }
  }

  private void transfer(long frame, int count, boolean touched) throws MigrationException {
    if (touched) {
      copy.ram.copyFrom(from.ram, frame, count);
    }
    long bytes = (long) count * SharedPage.PAGE_SIZE;
    copied += bytes;
    bytesCopied = copied;
    left -= count;
    pagesRemaining = left;
    options.faults().copied(bytesCopied);
    destinationFaults.copied(bytesCopied);
    link.transfer(bytes);
    keepPace();
  }

  private void keepPace() throws MigrationException {
    checkAbort();
    while (link.behind() > SHORTEST_WAIT_NANOS) {
      link.waitALittle();
      checkAbort();
    }
  }

  private void checkAbort() throws MigrationException {
    if (abort) {
      throw new MigrationException(describe() + " was aborted");
    }
  }

  private synchronized void fail(Exception cause) {
    if (phase.isOver()) {
      return;
    }
    String what = abort ? " was aborted" : " failed, phase=" + phase + ": " + cause.getMessage();
    LOG.info("{}{}; the domain goes on at the source", describe(), what);
    undo();
    finish(
        abort ? MigrationPhase.ROLLED_BACK : MigrationPhase.FAILED,
        new MigrationException(describe() + what + "; the domain goes on at the source", cause));
  }

  /** Destroys the copy, then lets the source go on. */
  private void undo() {
    domain.dirtyLog().disable();
    DomainInstance incoming = copy;
    if (incoming != null) {
      domain.arrivesNoMore();
      destination.release(incoming);
      try {
        DomainNodes.remove(incoming, domain.uuid());
      } catch (XenException e) {
        throw new IllegalStateException("dom0 may remove every node", e);
      }
      endCopying();
    }
    if (domain.state() == DomainState.SUSPENDED) {
      domain.cancelSuspend();
    }
  }

  private void endCopying() {
    from.ram.endCopying();
    copy.ram.endCopying();
  }

  private void enter(MigrationPhase next) throws MigrationException {
    checkAbort();
    phase = next;
    options.observer().accept(progress());
  }

  private void finish(MigrationPhase last, MigrationException why) {
    failure = why;
    phase = last;
    notifyAll();
    try {
      options.observer().accept(progress());
    } catch (RuntimeException e) {
      LOG.warn("{} is over, phase={}; its observer failed", describe(), last, e);
    }
  }

  private void awaitUntilLandedOrOver(Duration timeout)
      throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (phase != MigrationPhase.LANDED && !phase.isOver()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new TimeoutException(
            describe() + " has not landed in " + timeout + ": " + progress());
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  private void require(MigrationPhase wanted, String what) {
    if (phase != wanted) {
      throw new IllegalStateException(
          "cannot " + what + ": " + describe() + " phase=" + phase + " wanted=" + wanted);
    }
  }

  private String describe() {
    return "migration of domain="
        + domain.name()
        + " from="
        + source.name()
        + " to="
        + destination.name();
  }
}
