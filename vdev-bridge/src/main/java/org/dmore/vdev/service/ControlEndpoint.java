package org.dmore.vdev.service;

import java.util.Map;
import java.util.Optional;
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

  /** Carries a command out. */
  @FunctionalInterface
  interface Handler {
    /** Answers now or later; a failure's message goes to hostd. */
    CompletableFuture<Map<String, String>> handle(ControlMessage command) throws XenException;
  }

  private final XenStore store;
  private final Executor loop;
  private final Handler handler;
  private XenStore.Watch watch;
  private long lastSequence = Long.MIN_VALUE;

  ControlEndpoint(XenStore store, Executor loop, Handler handler) {
    this.store = store;
    this.loop = loop;
    this.handler = handler;
  }

  /** Begins to follow the command node. */
  void start() throws XenException {
    watch = store.watch(ControlMessage.COMMAND_NODE, path -> loop.execute(this::look));
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }

  private void look() {
    ControlMessage command;
    try {
      Optional<String> text = store.read(ControlMessage.COMMAND_NODE);
      if (text.isEmpty()) {
        return;
      }
      command = ControlMessage.parse(text.get());
    } catch (XenException | IllegalArgumentException e) {
      LOG.warn("command cannot be read: {}", e.getMessage());
      return;
    }
    if (command.sequence() == lastSequence) {
      return;
    }
    lastSequence = command.sequence();
    LOG.debug("command: {}", command.format());
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
      LOG.warn("command={} failed: {}", command.format(), cause.getMessage());
      reply =
          new ControlMessage(
              command.sequence(),
              ControlMessage.ERROR,
              Map.of("message", String.valueOf(cause.getMessage())));
    }
    try {
      store.write(ControlMessage.REPLY_NODE, reply.format());
    } catch (XenException e) {
      LOG.error("answer to command={} cannot be written: {}", command.sequence(), e.getMessage());
    }
  }
}
