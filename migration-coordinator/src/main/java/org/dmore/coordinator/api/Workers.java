package org.dmore.coordinator.api;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that requests are handled on. What hosts ask of this one alone has its own: a control
 * plane that waits for another host, which waits for this one, would otherwise wait for itself.
 */
final class Workers implements AutoCloseable {
  private final ThreadPoolExecutor control;
  private final ThreadPoolExecutor host;
  private final ApiLimits limits;

  Workers(ApiLimits limits) {
    this.limits = limits;
    control = pool("api-control-", limits);
    host = pool("api-host-", limits);
  }

  private static ThreadPoolExecutor pool(String name, ApiLimits limits) {
    AtomicInteger numbers = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            limits.workers(),
            limits.workers(),
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(limits.queue()),
            task -> {
              Thread thread = new Thread(task, name + numbers.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Has a request handled.
   *
   * @throws RejectedExecutionException if too many wait already
   */
  Future<?> submit(Request request, Runnable work) {
    return (request.isForHost() ? host : control).submit(work);
  }

  /** How long a request may take. */
  Duration limit(Request request) {
    return request.isForHost() ? limits.hostHandling() : limits.handling();
  }

  /** Interrupts what is being handled. */
  @Override
  public void close() {
    control.shutdownNow();
    host.shutdownNow();
  }
}
