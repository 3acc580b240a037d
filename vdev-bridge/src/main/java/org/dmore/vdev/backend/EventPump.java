package org.dmore.vdev.backend;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the guests' notifications to the console's event loop, and each to its handler there. A
 * loop that can waits for event channels itself, beside its sockets; for any other a thread does.
 * The channel stays masked until the handler is done, so that a guest that notifies without end
 * costs one handler at a time.
 *
 * <p>Thread-safe.
 */
public final class EventPump implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventPump.class);
  private static final Duration AWAIT = Duration.ofSeconds(1);

  /** Events that are served before the loop's sockets get their turn. */
  private static final int TURN = 4;

  private final EventChannels channels;
  private final Executor loop;
  private final Map<EventPort, Dispatch> handlers = new ConcurrentHashMap<>();
  private Optional<DescriptorLoop.Entry> descriptor = Optional.empty();
  private Optional<Thread> thread = Optional.empty();
  private volatile boolean closed;

  /** Begins to wait, on a thread that hands over to the loop. */
  public EventPump(EventChannels channels, Executor loop) {
    this(channels, loop, Optional.empty());
  }

  /**
   * Begins to wait.
   *
   * @param waiting the same loop, if it can wait by itself
   */
  public EventPump(EventChannels channels, Executor loop, Optional<DescriptorLoop> waiting) {
    this.channels = channels;
    this.loop = loop;
    if (waiting.isPresent()) {
      try {
        descriptor =
            Optional.of(waiting.get().enter(channels.descriptor(), this::serve, this::startThread));
      } catch (XenException e) {
        startThread(e);
      }
    } else {
      startThread();
    }
  }

  private void startThread(Throwable cause) {
    LOG.warn("the event loop cannot wait for event channels, a thread does: {}", cause.toString());
    startThread();
  }

  private synchronized void startThread() {
    if (!closed) {
      Thread waiting = new Thread(this::run, "event-pump");
      waiting.setDaemon(true);
      waiting.start();
      thread = Optional.of(waiting);
    }
  }

  /**
   * Binds a guest's port and runs the handler on the loop at each event. What the guest sent before
   * may pass unheard: look once after this.
   */
  public EventPort bind(org.dmore.xen.DomainId remote, EventPort remotePort, Runnable handler)
      throws XenException {
    EventPort port = channels.bindInterdomain(remote, remotePort);
    handlers.put(port, new Dispatch(port, handler));
    channels.unmask(port);
    return port;
  }

  /** Notifies the other end. */
  public void notify(EventPort port) {
    channels.notify(port);
  }

  /**
   * Unbinds a port.
   *
   * @throws XenException EINVAL if it is dead: see {@link EventChannels#unbind}
   */
  public void unbind(EventPort port) throws XenException {
    handlers.remove(port);
    channels.unbind(port);
  }

  /** Forgets a port that a migration has cut, without touching it. */
  public void abandon(EventPort port) {
    handlers.remove(port);
    channels.abandon(port);
  }

  @Override
  public synchronized void close() {
    closed = true;
    descriptor.ifPresent(DescriptorLoop.Entry::leave);
    channels.wakeup();
    thread.ifPresent(Thread::interrupt);
  }

  /** A turn of the loop; what is left over keeps the descriptor readable. */
  private void serve() {
    for (int i = 0; i < TURN; i++) {
      Optional<EventPort> port = closed ? Optional.empty() : channels.poll();
      if (port.isEmpty()) {
        return;
      }
      Dispatch handler = handlers.get(port.get());
      if (handler != null) { // else unbound, or still being bound: bind unmasks
        handler.run();
      }
    }
  }

  private void run() {
    while (!closed) {
      try {
        Optional<EventPort> port = channels.await(AWAIT);
        if (port.isPresent()) {
          dispatch(port.get());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("waiting for event channels failed; guests' notifications are not served", e);
        }
        return;
      }
    }
  }

  private void dispatch(EventPort port) {
    Dispatch handler = handlers.get(port);
    if (handler != null) { // else unbound, or still being bound: bind unmasks
      loop.execute(handler);
    }
  }

  /** A port's handler as the loop runs it; made once, so that an event allocates nothing. */
  private final class Dispatch implements Runnable {
    private final EventPort port;
    private final Runnable handler;

    Dispatch(EventPort port, Runnable handler) {
      this.port = port;
      this.handler = handler;
    }

    @Override
    public void run() {
      try {
        if (handlers.get(port) == this) {
          handler.run();
        }
      } catch (RuntimeException e) {
        LOG.error("port={} an event's handler failed", port, e);
      } finally {
        if (handlers.get(port) == this) {
          channels.unmask(port);
        }
      }
    }
  }
}
