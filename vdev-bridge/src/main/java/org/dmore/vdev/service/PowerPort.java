package org.dmore.vdev.service;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.PowerControl;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks dom0 to switch the guest, which DomR cannot and must not do itself.
 *
 * <pre>
 *   dmore/power-request   3 reset client=7 until=1764331210000       by DomR
 *   dmore/power-reply     3 taken     then     3 ok                  by dom0
 *                                     or       3 error message=...
 * </pre>
 *
 * <p>Dom0 takes a request by writing {@code taken} in the transaction in which it reads it; this
 * side takes one back, when its time is over, in a transaction that finds it not taken. So a
 * request of which the viewer was told that it failed is never carried out later, by a dom0 that
 * was slow or was not there; {@code until}, in milliseconds since 1970, holds where this side is
 * not there any more to take it back.
 *
 * <p>One request at a time. Confined to the console's event loop.
 */
final class PowerPort implements PowerControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PowerPort.class);

  private final XenStore store;
  private final ControlNodes nodes;
  private final EventExecutor loop;
  private final Clock clock;
  private final Duration timeout;

  private Optional<Pending> pending = Optional.empty();
  private long lastSequence;
  private XenStore.Watch watch;

  private static final class Pending {
    private final long sequence;
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();
    private boolean taken;
    private Future<?> deadline;

    Pending(long sequence) {
      this.sequence = sequence;
    }
  }

  /**
   * Makes a port.
   *
   * @param timeout how long dom0 may take to take a request, and then to carry it out
   */
  PowerPort(XenStore store, ControlNodes nodes, EventExecutor loop, Clock clock, Duration timeout) {
    this.store = store;
    this.nodes = nodes;
    this.loop = loop;
    this.clock = clock;
    this.timeout = timeout;
  }

  /** Begins to listen for answers; a request that a former process left is taken back. */
  void start() throws XenException {
    Optional<String> left = store.read(nodes.powerRequest());
    left.map(ControlMessage::sequence).ifPresent(this::passOver);
    store.read(nodes.powerReply()).map(ControlMessage::sequence).ifPresent(this::passOver);
    if (left.isPresent()) {
      store.remove(nodes.powerRequest());
    }
    watch = store.watch(nodes.powerReply(), path -> loop.execute(this::look));
  }

  private void passOver(OptionalLong sequence) {
    lastSequence = Math.max(lastSequence, sequence.orElse(0));
  }

  @Override
  public CompletionStage<Void> request(Action action, Client client) {
    if (pending.isPresent()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("another viewer's request is under way"));
    }
    Pending asked = new Pending(++lastSequence);
    Map<String, String> arguments =
        Map.of(
            "client",
            Long.toString(client.id()),
            "until",
            Long.toString(clock.millis() + timeout.toMillis()));
    try {
      store.write(
          nodes.powerRequest(),
          new ControlMessage(asked.sequence, action.name().toLowerCase(Locale.ROOT), arguments)
              .format());
    } catch (XenException e) {
      return CompletableFuture.failedFuture(e);
    }
    pending = Optional.of(asked);
    wait(asked);
    return asked.outcome;
  }

  private void wait(Pending asked) {
    asked.deadline = loop.schedule(() -> timedOut(asked), timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void timedOut(Pending asked) {
    if (!isPending(asked)) {
      return;
    }
    if (asked.taken) {
      look(); // what was written a moment ago counts
      if (isPending(asked)) {
        end(asked, Optional.of("dom0 took it, and does not say what came of it"));
      }
    } else if (takeBack(asked)) {
      end(asked, Optional.of("dom0 does not answer"));
    } else {
      look(); // dom0 was quicker: it has its time
    }
  }

  private boolean isPending(Pending asked) {
    return pending.isPresent() && pending.get() == asked;
  }

  /** Looks at the answer. */
  private void look() {
    if (pending.isEmpty()) {
      return;
    }
    Pending asked = pending.get();
    ControlMessage reply;
    try {
      Optional<String> text = store.read(nodes.powerReply());
      if (text.isEmpty()) {
        return;
      }
      reply = ControlMessage.parse(text.get());
    } catch (XenException | IllegalArgumentException e) {
      LOG.warn("an answer about power cannot be read: {}", e.getMessage());
      return;
    }
    if (reply.sequence() != asked.sequence) {
      return;
    }
    switch (reply.verb()) {
      case ControlMessage.TAKEN -> {
        if (!asked.taken) {
          asked.taken = true;
          asked.deadline.cancel(false);
          wait(asked);
        }
      }
      case ControlMessage.OK -> end(asked, Optional.empty());
      default -> end(asked, Optional.of(reply.has("message") ? reply.text("message") : "refused"));
    }
  }

  /** Takes a request back; false if dom0 has taken it. */
  private boolean takeBack(Pending asked) {
    try {
      return store.inTransaction(
          view -> {
            boolean taken =
                view.read(nodes.powerReply())
                    .map(ControlMessage::sequence)
                    .filter(reply -> reply.equals(OptionalLong.of(asked.sequence)))
                    .isPresent();
            if (!taken) {
              view.remove(nodes.powerRequest());
            }
            return !taken;
          });
    } catch (XenException e) {
      LOG.warn("a request for power cannot be taken back: {}", e.getMessage());
      return true;
    }
  }

  private void end(Pending asked, Optional<String> problem) {
    pending = Optional.empty();
    asked.deadline.cancel(false);
    if (problem.isPresent()) {
      asked.outcome.completeExceptionally(new IOException(problem.get()));
    } else {
      asked.outcome.complete(null);
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    if (pending.isPresent()) {
      boolean unused = takeBack(pending.get());
      end(pending.get(), Optional.of("the console is closed"));
    }
  }
}
