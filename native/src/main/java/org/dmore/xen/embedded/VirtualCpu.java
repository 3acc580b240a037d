package org.dmore.xen.embedded;

import java.time.Duration;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmore.xen.EventPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CPU of an embedded domain: one thread that runs tasks, timers and event handlers, one at a
 * time, and stands still with its domain.
 *
 * <p>A notification wakes this thread directly; there is no other thread between. Tasks and
 * handlers may be handed in by any thread. What they throw is logged, and the CPU goes on.
 */
public final class VirtualCpu implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualCpu.class);

  /** Tasks in a row before events get a turn. */
  private static final int BATCH = 64;

  private static final long FOREVER = Long.MAX_VALUE;

  private final String name;
  private final Occupant occupant;
  private final List<ResumeListener> resumeListeners;
  private final EventSink sink;
  private final Standstill.Loop loop;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      // By the difference: nanoTime may overflow.
      new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
  private final AtomicReferenceArray<Runnable> handlers =
      new AtomicReferenceArray<>(PortTable.PORTS);
  private final AtomicReference<Boolean> resume = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopped;

  VirtualCpu(String name, Occupant occupant, List<ResumeListener> resumeListeners) {
    this.name = name;
    this.occupant = occupant;
    this.resumeListeners = resumeListeners;
    this.sink = new EventSink(() -> occupant.instance().ports);
    this.loop = occupant.standstill().add(name, Standstill.Order.CPUS, sink::wakeup);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Its name, which is its thread's too. */
  public String name() {
    return name;
  }

  /** Whether the caller runs on this CPU. */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs a task on this CPU, after those handed in before.
   *
   * @throws RejectedExecutionException if the domain is destroyed
   */
  @Override
  public void execute(Runnable task) {
    if (stopped) {
      throw new RejectedExecutionException("vcpu=" + name + " is gone with its domain");
    }
    tasks.add(task);
    sink.wakeup();
  }

  /**
   * Runs a task on this CPU after a time. Real time: it goes on while the domain stands still, and
   * an overdue task runs when the domain goes on.
   */
  public Timer schedule(Duration delay, Runnable task) {
    Timer timer = new Timer(System.nanoTime() + delay.toNanos(), task);
    if (isCurrent()) {
      timers.add(timer);
    } else {
      execute(() -> timers.add(timer));
    }
    return timer;
  }

  /**
   * Has a port's events handled on this CPU instead of being returned by {@code await}; {@code
   * EVTCHNOP_bind_vcpu}. The port is unmasked after each run of the handler. The handler is
   * forgotten when the domain moves, since the port is dead then.
   */
  public void onEvent(EventPort port, Runnable handler) {
    Port bound;
    synchronized (occupant.hypervisor()) {
      bound = occupant.instance().ports.find(port.value());
      if (bound == null) {
        throw new IllegalArgumentException("port=" + port + " is not bound: bind it first");
      }
      handlers.set(port.value(), handler);
    }
    bound.deliverTo(sink);
  }

  /** Ends the handling of a port's events; for a port that is about to be unbound. */
  public void forget(EventPort port) {
    handlers.set(port.value(), null);
  }

  /** A task that waits for its time. */
  public static final class Timer {
    private final long due;
    private final Runnable task;
    private volatile boolean cancelled;

    private Timer(long due, Runnable task) {
      this.due = due;
      this.task = task;
    }

    /** Keeps it from running if it has not begun. */
    public void cancel() {
      cancelled = true;
    }
  }

  /** Has the listeners called when this CPU runs next. */
  void announceResume(boolean cancelled) {
    resume.set(cancelled);
  }

  /** Forgets all handlers: the ports are dead. */
  void forgetAll() {
    for (int i = 0; i < PortTable.PORTS; i++) {
      handlers.set(i, null);
    }
  }

  private void run() {
    while (true) {
      loop.checkpoint();
      if (occupant.standstill().hasEnded()) {
        stopped = true;
        loop.leave();
        return;
      }
      // A task may have left the mark of an interrupt, with which parking would not wait.
      Thread.interrupted();
      sink.takeWakeup();
      tellResume();
      boolean busy = runTasks();
      busy |= runTimers();
      busy |= runHandler();
      if (!busy) {
        sink.park(untilNextTimer());
      }
    }
  }

  private void tellResume() {
    Boolean cancelled = resume.getAndSet(null);
    if (cancelled != null) {
      for (ResumeListener listener : resumeListeners) {
        guarded("resume listener", () -> listener.resumed(cancelled));
      }
    }
  }

  private boolean runTasks() {
    for (int i = 0; i < BATCH; i++) {
      Runnable task = occupant.standstill().isFrozen() ? null : tasks.poll();
      if (task == null) {
        return i > 0;
      }
      guarded("task", task);
    }
    return true;
  }

  private boolean runTimers() {
    boolean ran = false;
    for (Timer next = timers.peek();
        next != null && next.due - System.nanoTime() <= 0 && !occupant.standstill().isFrozen();
        next = timers.peek()) {
      timers.poll();
      if (!next.cancelled) {
        guarded("timer", next.task);
      }
      ran = true;
    }
    return ran;
  }

  private boolean runHandler() {
    if (occupant.standstill().isFrozen()) {
      return true;
    }
    Port port = sink.poll();
    if (port == null) {
      return false;
    }
    Runnable handler = handlers.get(port.number);
    if (handler != null) {
      guarded("event handler", handler);
      port.unmask();
    }
    return true;
  }

  private long untilNextTimer() {
    Timer next = timers.peek();
    return next == null ? FOREVER : Math.max(1, next.due - System.nanoTime());
  }

  private void guarded(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("{} on vcpu={} failed; the CPU goes on", what, name, e);
    }
  }
}
