package org.dmore.coordinator.demo.guest;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock and a timer that move only when the test says so. */
final class ManualTime extends Clock implements GuestTimer {
  private record Task(long atMillis, long order, Runnable action) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::atMillis).thenComparing(Task::order));
  private long nowMillis = Instant.parse("2026-03-14T15:09:26Z").toEpochMilli();
  private long order;

  @Override
  public void schedule(long delayMillis, Runnable task) {
    tasks.add(new Task(nowMillis + delayMillis, order++, task));
  }

  void advance(long millis) {
    long end = nowMillis + millis;
    while (!tasks.isEmpty() && tasks.peek().atMillis() <= end) {
      Task task = tasks.remove();
      nowMillis = task.atMillis();
      task.action().run();
    }
    nowMillis = end;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMillis);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("the guest has one time zone");
  }
}
