package org.dmore.vdev.service;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DomR's end of the control channel: takes hostd's commands out of xenstore, one after the other,
 * and writes the answers beside them.
 *
 * <p>A command is carried out once, by its number, however often its watch fires. Confined to the
 * console's event loop.
 */
final class ControlEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlEndpoint.class);

  /** An answer must fit a node. */
  private static final int MAX_MESSAGE = 1000;

  /** Carries a command out. */
  @FunctionalInterface
  interface Handler {
    /** Answers now or later; a failure's message goes to hostd. */
    CompletableFuture<Map<String, String>> handle(ControlMessage command) throws XenException;
  }

  private final XenStore store;
  private final ControlNodes nodes;
  private final Executor loop;
  private final Handler handler;

  private XenStore.Watch watch;
  private long lastSequence = Long.MIN_VALUE;

  ControlEndpoint(XenStore store, ControlNodes nodes, Executor loop, Handler handler) {
    this.store = store;
    this.nodes = nodes;
    this.loop = loop;
    this.handler = handler;
  }

  /** Begins to follow the command node. */
  void start() throws XenException {
    // A command that was answered before this daemon was started again is not for this one.
    store
        .read(nodes.reply())
        .map(ControlMessage::sequence)
        .ifPresent(answered -> answered.ifPresent(number -> lastSequence = number));
    watch = store.watch(nodes.command(), path -> loop.execute(this::look));
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }

  private void look() {
    Optional<String> text;
    try {
      text = store.read(nodes.command());
    } catch (XenException e) {
      LOG.warn("command cannot be read: {}", e.getMessage());
      return;
    }
    text.ifPresent(this::carryOut);
  }

  private void carryOut(String text) {
    OptionalLong sequence = ControlMessage.sequence(text);
    if (sequence.isEmpty()) {
      LOG.warn("command has no number and is passed over: characters={}", text.length());
      return;
    }
    if (sequence.getAsLong() == lastSequence) {
      return;
    }
    lastSequence = sequence.getAsLong();
    ControlMessage command;
    try {
      command = ControlMessage.parse(text);
    } catch (IllegalArgumentException e) {
      answer(ControlMessage.of(lastSequence, "unreadable"), Map.of(), e);
      return;
    }
    LOG.debug("command: {}", shown(command));
    if (command.hasSecrets()) {
      blotOut(text, command);
    }
    try {
      CompletableFuture<?> unused =
          handler
              .handle(command)
              .whenComplete((result, failure) -> answer(command, result, failure));
    } catch (XenException | RuntimeException e) {
      answer(command, Map.of(), e);
    }
  }

  private void answer(ControlMessage command, Map<String, String> result, Throwable failure) {
    ControlMessage reply;
    if (failure == null) {
      reply = new ControlMessage(command.sequence(), ControlMessage.OK, result);
    } else {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      String problem = cut(String.valueOf(cause.getMessage()));
      LOG.warn("command={} failed: {}", shown(command), problem);
      reply =
          new ControlMessage(command.sequence(), ControlMessage.ERROR, Map.of("message", problem));
    }
    try {
      store.write(nodes.reply(), reply.format());
    } catch (XenException e) {
      LOG.error("answer to command={} cannot be written: {}", command.sequence(), e.getMessage());
    }
  }

  /** A secret does not stay in xenstore until the next command, unless that has come already. */
  private void blotOut(String text, ControlMessage command) {
    try {
      Object unused =
          store.inTransaction(
              view -> {
                if (view.read(nodes.command()).equals(Optional.of(text))) {
                  view.write(nodes.command(), command.withoutSecrets().format());
                }
                return "";
              });
    } catch (XenException e) {
      LOG.warn("a secret stays in {}: {}", nodes.command(), e.getMessage());
    }
  }

  /** For the log: without a text that is to be typed, which may be a password. */
  private static String shown(ControlMessage command) {
    return cut(command.withoutSecrets().format());
  }

  private static String cut(String text) {
    return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "..." : text;
  }
}
