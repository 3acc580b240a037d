package org.dmore.xen.embedded;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventPort;

/**
 * One end of an event channel. Its links are changed under the room's lock; its bits and its sink
 * are used without.
 */
final class Port {
  private static final int PENDING = 1;
  private static final int MASKED = 2;

  final int number;

  /** What {@code await} returns for it, made once: nothing is allocated for an event. */
  final Optional<EventPort> event;

  /** The interface that made it, and closes it with itself. */
  final EmbeddedEventChannels owner;

  /** The domain that may bind to it while it has no peer. */
  private DomainId remote;

  private volatile Port peer;
  private volatile EventSink sink;
  private final AtomicInteger bits = new AtomicInteger();

  Port(int number, EmbeddedEventChannels owner, DomainId remote, EventSink sink) {
    this.number = number;
    this.event = Optional.of(new EventPort(number));
    this.owner = owner;
    this.remote = remote;
    this.sink = sink;
  }

  DomainId remote() {
    return remote;
  }

  Port peer() {
    return peer;
  }

  EventSink sink() {
    return sink;
  }

  /** Connects both ends. */
  void connect(Port other) {
    peer = other;
    other.peer = this;
  }

  /** Takes the other end away; this one waits for that domain again. */
  void disconnect() {
    peer = null;
  }

  /** Lets another thread's sink report it. */
  void deliverTo(EventSink newSink) {
    sink = newSink;
    if (bits.get() == PENDING) {
      newSink.signal(number);
    }
  }

  void raise() {
    int before = bits.getAndUpdate(value -> value | PENDING);
    if (before == 0) {
      sink.signal(number);
    }
  }

  /** Takes the event, if there is one that may be reported: masks the port. */
  boolean claim() {
    return bits.compareAndSet(PENDING, MASKED);
  }

  void unmask() {
    int before = bits.getAndUpdate(value -> value & ~MASKED);
    if ((before & PENDING) != 0) {
      sink.signal(number);
    }
  }
}
