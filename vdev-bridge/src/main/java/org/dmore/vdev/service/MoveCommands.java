package org.dmore.vdev.service;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.console.MoveReceipt;
import org.dmore.vdev.input.Ledger;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * The steps of a move as hostd orders them. Each may be ordered again by a leader that does not
 * know whether it was carried out. Confined to the console's event loop.
 */
final class MoveCommands {
  /** What {@link #carryOut} knows. */
  static final Set<String> VERBS =
      Set.of(
          ControlMessage.HOLD,
          ControlMessage.RELEASE,
          ControlMessage.DETACH,
          ControlMessage.REATTACH,
          ControlMessage.RECEIPT,
          ControlMessage.ATTACH,
          ControlMessage.VERIFY);

  private final GuestConsole console;
  private final DeviceManager devices;
  private final WaitingInput waiting;
  private final XenStore store;
  private final ControlNodes nodes;
  private final EventLoop loop;
  private final List<Condition> conditions = new ArrayList<>();

  /** Moves begun since this program was started. */
  private long moves;

  /** The answer about the last move's receipt, once it was complete. */
  private Optional<Map<String, String>> verified = Optional.empty();

  private record Condition(BooleanSupplier test, CompletableFuture<Boolean> future) {}

  MoveCommands(
      GuestConsole console,
      DeviceManager devices,
      WaitingInput waiting,
      XenStore store,
      ControlNodes nodes,
      EventLoop loop) {
    this.console = console;
    this.devices = devices;
    this.waiting = waiting;
    this.store = store;
    this.nodes = nodes;
    this.loop = loop;
  }

  /**
   * Carries a step out.
   *
   * @param command one of {@link #VERBS}
   * @return the answer's arguments, once there are
   */
  CompletableFuture<Map<String, String>> carryOut(ControlMessage command) throws XenException {
    return switch (command.verb()) {
      case ControlMessage.HOLD -> hold(command.number("drain-millis"));
      case ControlMessage.RELEASE -> {
        console.release();
        yield answer(Map.of());
      }
      case ControlMessage.DETACH -> answer(detach());
      case ControlMessage.REATTACH -> answer(reattach());
      case ControlMessage.RECEIPT -> answer(settle(command));
      case ControlMessage.ATTACH -> answer(attach());
      case ControlMessage.VERIFY -> verify(command.number("timeout-millis"));
      default -> throw new IllegalArgumentException("verb=" + command.verb() + " is no step");
    };
  }

  private CompletableFuture<Map<String, String>> hold(long drainMillis) {
    console.hold();
    waiting.follow();
    return when(console.ledger()::isDrained, drainMillis)
        .thenApply(
            drained -> {
              Map<String, String> result = cursors();
              result.put("drained", Boolean.toString(drained));
              return result;
            });
  }

  private Map<String, String> detach() throws XenException {
    console.hold();
    waiting.follow();
    console.beginMove();
    moves++;
    verified = Optional.empty();
    devices.detach();
    store.write(nodes.detached(), "1");
    return Map.of("unsettled", Integer.toString(console.ledger().unsettled()));
  }

  private Map<String, String> reattach() throws XenException {
    console.cancelMove();
    store.remove(nodes.detached());
    devices.reattach();
    console.release();
    return cursors();
  }

  private Map<String, String> settle(ControlMessage command) {
    OptionalInt consumed =
        command.text("in-cons").equals(ControlMessage.UNKNOWN)
            ? OptionalInt.empty()
            : OptionalInt.of(command.index("in-cons"));
    return Map.of("requeued", Integer.toString(console.settle(consumed)));
  }

  private Map<String, String> attach() throws XenException {
    if (devices.isDetached()) { // a leader that comes after another may say it again
      store.remove(nodes.detached());
      devices.attach();
    }
    return cursors();
  }

  private CompletableFuture<Map<String, String>> verify(long timeoutMillis) {
    if (verified.isPresent() && console.receipt().isEmpty() && !devices.isDetached()) {
      return answer(verified.get()); // asked again by a leader that did not see the answer
    }
    BooleanSupplier exact =
        () -> console.isDesktopLive() && console.receipt().map(MoveReceipt::isExact).orElse(false);
    return when(exact, timeoutMillis)
        .thenApply(
            complete -> {
              MoveReceipt receipt =
                  console
                      .receipt()
                      .orElseThrow(
                          () ->
                              new IllegalStateException(
                                  "the keyboard is not back: attached devices="
                                      + devices.attached()
                                      + " connected="
                                      + devices.connected()));
              Map<String, String> result = arguments(receipt);
              result.put("complete", Boolean.toString(complete));
              if (complete) {
                console.closeReceipt();
                verified = Optional.of(Map.copyOf(result));
              }
              return result;
            });
  }

  /** The arguments of a {@code verify} answer. */
  private static Map<String, String> arguments(MoveReceipt receipt) {
    Map<String, String> result = new LinkedHashMap<>();
    result.put("accepted", Long.toString(receipt.accepted()));
    result.put("consumed-before", Long.toString(receipt.consumedBefore()));
    result.put("held", Long.toString(receipt.held()));
    result.put("delivered-after", Long.toString(receipt.deliveredAfter()));
    result.put("lost", Long.toString(receipt.lost()));
    result.put("duplicated", Long.toString(receipt.duplicated()));
    result.put("pressed-again", Long.toString(receipt.pressedAgain()));
    result.put("hold-micros", Long.toString(receipt.hold().toNanos() / 1000));
    return result;
  }

  /** Where the ledger and the devices are, as an answer's arguments; of the caller's own. */
  Map<String, String> cursors() {
    Ledger ledger = console.ledger();
    Map<String, String> result = new LinkedHashMap<>();
    result.put("accepted", Long.toString(ledger.accepted()));
    result.put("published", Long.toString(ledger.published()));
    result.put("consumed", Long.toString(ledger.consumed()));
    result.put("state", ledger.state().name().toLowerCase(Locale.ROOT));
    result.put("connected", Integer.toString(devices.connected()));
    result.put("detached", Boolean.toString(devices.isDetached()));
    result.put("moves", Long.toString(moves)); // 0 in one that was started anew in mid-move
    return result;
  }

  /** The ledger or the devices have come on: what a step waits for may hold now. */
  void advanced() {
    if (conditions.isEmpty()) {
      return; // at each of the guest's notifications: no copy for nothing
    }
    for (Condition condition : List.copyOf(conditions)) {
      if (condition.test().getAsBoolean() && conditions.remove(condition)) {
        condition.future().complete(true);
      }
    }
  }

  /** Waits on the loop, for a bounded time, until something holds; answers whether it does. */
  private CompletableFuture<Boolean> when(BooleanSupplier test, long timeoutMillis) {
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    if (test.getAsBoolean()) {
      future.complete(true);
      return future;
    }
    conditions.add(new Condition(test, future));
    Future<?> deadline =
        loop.schedule(
            () -> {
              if (conditions.removeIf(condition -> condition.future() == future)) {
                future.complete(test.getAsBoolean());
              }
            },
            timeoutMillis,
            TimeUnit.MILLISECONDS);
    return future.whenComplete((holds, failure) -> deadline.cancel(false));
  }

  private static CompletableFuture<Map<String, String>> answer(Map<String, String> result) {
    return CompletableFuture.completedFuture(result);
  }
}
