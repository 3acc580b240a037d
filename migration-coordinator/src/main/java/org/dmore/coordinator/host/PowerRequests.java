package org.dmore.coordinator.host;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what a DomR's viewers ask to be done to its VM ({@code dmore/power-request}), and has it
 * done.
 *
 * <p>A request is taken in the transaction in which it is read, by {@code taken} in the answer: so
 * it is carried out once at most, whatever happens to this process, and never when consoled has
 * taken it back. One that is older than it says it may become is refused.
 *
 * <p>DomR is not trusted: which VM it is about is this host's word, and whatever else stands in a
 * request is looked at and then used. It can ask for its own VM, one thing at a time.
 *
 * <p>Thread-safe. Actions run on a thread of its own, one after the other.
 */
public final class PowerRequests implements AutoCloseable {
  /** How far DomR's clock may be from dom0's. */
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private static final int MAX_REASON = 200;
  private static final Logger LOG = LoggerFactory.getLogger(PowerRequests.class);

  private final XenStore store;
  private final String home;
  private final String requests;
  private final String replies;
  private final String vm;
  private final PowerActions actions;
  private final Clock clock;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "power");
            thread.setDaemon(true);
            return thread;
          });
  private XenStore.Watch watch;

  /**
   * Prepares to follow a console.
   *
   * @param console whose requests
   * @param vm whom they are about, by name
   */
  public PowerRequests(
      XenStore store, ConsoleId console, String vm, PowerActions actions, Clock clock) {
    this.store = store;
    this.home = "/local/domain/" + console.domR() + "/";
    this.requests = home + console.nodes().powerRequest();
    this.replies = home + console.nodes().powerReply();
    this.vm = vm;
    this.actions = actions;
    this.clock = clock;
  }

  /**
   * Begins to follow; a request that waits is looked at at once.
   *
   * @throws XenException if xenstore refuses
   */
  public void start() throws XenException {
    watch =
        store.watch(
            requests,
            path -> {
              try {
                worker.execute(this::look);
              } catch (RejectedExecutionException e) {
                LOG.debug("power: closed, and told of a change still");
              }
            });
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    worker.shutdown();
    try {
      if (!worker.awaitTermination(5, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      Optional<ControlMessage> request = take();
      if (request.isPresent()) {
        answer(request.get().sequence(), carryOut(request.get()));
      }
    } catch (XenException e) {
      LOG.warn("power: vm={} a request cannot be followed: {}", vm, e.getMessage());
    }
  }

  /** Takes the request that stands there, if it is one and was not taken yet. */
  private Optional<ControlMessage> take() throws XenException {
    return store.inTransaction(
        view -> {
          Optional<String> text = view.read(requests);
          if (text.isEmpty() || view.read(home + "name").isEmpty()) {
            return Optional.empty();
          }
          Optional<ControlMessage> request = parse(text.get());
          if (request.isEmpty()) {
            return request;
          }
          OptionalLong answered =
              view.read(replies)
                  .flatMap(PowerRequests::parse)
                  .map(reply -> OptionalLong.of(reply.sequence()))
                  .orElse(OptionalLong.empty());
          long sequence = request.get().sequence();
          if (answered.isPresent() && answered.getAsLong() == sequence) {
            return Optional.empty();
          }
          view.write(replies, ControlMessage.of(sequence, ControlMessage.TAKEN).format());
          return request;
        });
  }

  private static Optional<ControlMessage> parse(String text) {
    try {
      return Optional.of(ControlMessage.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // DomR's own doing, and its own loss
    }
  }

  /** Does what is asked; returns why not, if it was not. */
  private Optional<String> carryOut(ControlMessage request) {
    Optional<PowerAction> action = PowerAction.of(request.verb());
    if (action.isEmpty()) {
      return Optional.of("it is none of shutdown, reboot, reset");
    }
    try {
      if (clock.millis() > request.number("until") + CLOCKS.toMillis()) {
        return Optional.of("it is out of date, or DomR's clock is wrong");
      }
      LOG.info("power: vm={} action={} asked for by its console", vm, action.get());
      actions.perform(vm, action.get());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the host is being shut down");
    } catch (IOException | RuntimeException e) {
      LOG.warn("power: vm={} action={} failed: {}", vm, action.get(), e.getMessage());
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void answer(long sequence, Optional<String> problem) throws XenException {
    Map<String, String> arguments = new HashMap<>();
    problem.ifPresent(
        reason ->
            arguments.put(
                "message",
                reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason));
    ControlMessage reply =
        new ControlMessage(
            sequence, problem.isPresent() ? ControlMessage.ERROR : ControlMessage.OK, arguments);
    store.inTransaction(
        view -> {
          // It may have died, or moved: writing would bring its directory back to life.
          if (view.read(home + "name").isPresent()) {
            view.write(replies, reply.format());
          }
          return "";
        });
  }
}
