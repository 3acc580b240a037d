package org.dmore.benchmarks.rig;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * An event loop whose thread is whoever calls {@link #runPending}: so a benchmark's own thread can
 * be the console's. Any thread may hand tasks in; handing in does not allocate.
 */
final class CallersLoop implements Executor {
  private final Queue<Runnable> tasks = new ArrayDeque<>(1024);
  private volatile int pending;

  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      pending = tasks.size();
    }
  }

  /** Runs what was handed in. */
  void runPending() {
    while (pending > 0) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.remove();
        pending = tasks.size();
      }
      task.run();
    }
  }
}
