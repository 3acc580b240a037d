package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dmore.rfb.Client;
import org.dmore.rfb.PowerControl;
import org.dmore.rfb.Right;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.protocol.Xvp;
import org.dmore.rfb.protocol.XvpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's requests to switch the machine (rfbproto, xvp): authorised, one at a time, and each of
 * them in the audit, granted or not.
 *
 * <p>Used on the client's event loop.
 */
final class PowerRequests {
  private static final Logger AUDIT = LoggerFactory.getLogger("org.dmore.rfb.audit");

  private final Client client;
  private final EventExecutor loop;
  private final Optional<PowerControl> control;
  private final ServerListener listener;
  private final Consumer<Consumer<ByteBuf>> output;

  private boolean told;
  private boolean underWay;

  PowerRequests(
      Client client,
      EventExecutor loop,
      Optional<PowerControl> control,
      ServerListener listener,
      Consumer<Consumer<ByteBuf>> output) {
    this.client = client;
    this.loop = loop;
    this.control = control;
    this.listener = listener;
    this.output = output;
  }

  /** Whether this client may ask at all. */
  boolean areAllowed() {
    return control.isPresent() && client.identity().may(Right.POWER);
  }

  /** The client offers the extension, and is allowed. */
  void offered() {
    if (!told) {
      told = true;
      output.accept(out -> RfbWriter.xvp(out, Xvp.VERSION, Xvp.INIT));
    }
  }

  void receive(XvpRequest request) {
    Optional<PowerControl.Action> action = action(request);
    if (action.isEmpty()) {
      refuse(request, "version=" + request.version() + " code=" + request.code() + " is not known");
    } else if (!areAllowed()) {
      refuse(request, "not allowed");
    } else if (underWay) {
      refuse(request, "another request is under way");
    } else {
      underWay = true;
      perform(request, action.get());
    }
  }

  private static Optional<PowerControl.Action> action(XvpRequest request) {
    if (request.version() != Xvp.VERSION) {
      return Optional.empty();
    }
    return switch (request.code()) {
      case Xvp.SHUTDOWN -> Optional.of(PowerControl.Action.SHUTDOWN);
      case Xvp.REBOOT -> Optional.of(PowerControl.Action.REBOOT);
      case Xvp.RESET -> Optional.of(PowerControl.Action.RESET);
      default -> Optional.empty();
    };
  }

  private void perform(XvpRequest request, PowerControl.Action action) {
    audit(action.name(), "requested");
    CompletionStage<Void> stage;
    try {
      stage = control.orElseThrow().request(action, client);
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    CompletionStage<Void> unused =
        stage.whenComplete(
            (done, problem) -> {
              audit(action.name(), problem == null ? "done" : "failed: " + problem);
              if (loop.inEventLoop()) {
                finish(request, problem == null);
                return;
              }
              try {
                loop.execute(() -> finish(request, problem == null));
              } catch (RejectedExecutionException e) {
                // The loops are shut down and the connection with them.
              }
            });
  }

  private void finish(XvpRequest request, boolean done) {
    underWay = false;
    if (!done) {
      output.accept(out -> RfbWriter.xvp(out, request.version(), Xvp.FAIL));
    }
  }

  private void refuse(XvpRequest request, String why) {
    audit("code " + request.code(), "refused: " + why);
    output.accept(out -> RfbWriter.xvp(out, request.version(), Xvp.FAIL));
  }

  private void audit(String action, String result) {
    AUDIT.info(
        "power action=\"{}\" result=\"{}\" client={} address={} user=\"{}\"",
        action,
        result,
        client.id(),
        client.address(),
        client.identity().name());
    listener.power(client, action, result);
  }
}
