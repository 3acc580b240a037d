package org.dmore.coordinator.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * hostd's end of the control channel to one console: writes a command into DomR's subtree of
 * xenstore and waits for the answer beside it.
 *
 * <p>Not thread-safe: one command at a time.
 */
public final class ConsoledControl {
  private final XenStore store;
  private final ConsoleId console;
  private final AtomicLong sequence;

  ConsoledControl(XenStore store, ConsoleId console, AtomicLong sequence) {
    this.store = store;
    this.console = console;
    this.sequence = sequence;
  }

  /** Makes the directory that DomR may write its answers to. */
  static void prepare(XenStore store, ConsoleId console) throws XenException {
    DomainId domR = console.domR();
    String directory = "/local/domain/" + domR + "/" + console.nodes().directory();
    store.inTransaction(
        view -> {
          if (view.read("/local/domain/" + domR + "/name").isEmpty()) {
            return null; // it died: writing would bring its directory back to life
          }
          view.write(directory, "");
          view.setPermissions(directory, NodePermissions.ownedBy(domR));
          return null;
        });
  }

  /**
   * Gives a command and waits for its answer.
   *
   * @return the answer's arguments
   * @throws IOException if DomR refuses, with its reason, or does not answer in time
   */
  public ControlMessage send(String verb, Map<String, String> arguments, Duration deadline)
      throws IOException, InterruptedException {
    ControlMessage command = new ControlMessage(sequence.incrementAndGet(), verb, arguments);
    String home = "/local/domain/" + console.domR() + "/";
    String replies = home + console.nodes().reply();
    CompletableFuture<ControlMessage> answer = new CompletableFuture<>();
    XenStore.Watch watch = store.watch(replies, path -> look(replies, command.sequence(), answer));
    try (watch) {
      store.write(home + console.nodes().command(), command.format());
      ControlMessage reply = answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      if (!reply.isOk()) {
        throw new IOException(
            "consoled in " + console + " refused " + verb + ": " + reply.text("message"));
      }
      return reply;
    } catch (TimeoutException e) {
      throw new IOException(
          "consoled in "
              + console
              + " did not answer "
              + verb
              + " within millis="
              + deadline.toMillis()
              + ": does it run?",
          e);
    } catch (ExecutionException e) {
      throw new IOException("answer to " + verb + " cannot be read", e.getCause());
    }
  }

  private void look(String node, long wanted, CompletableFuture<ControlMessage> answer) {
    try {
      store
          .read(node)
          .map(ControlMessage::parse)
          .filter(reply -> reply.sequence() == wanted)
          .ifPresent(answer::complete);
    } catch (XenException | IllegalArgumentException e) {
      answer.completeExceptionally(e);
    }
  }
}
