package org.dmore.coordinator.api;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.VmHost;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;

/** This host's part of the routes. */
final class HostHandlers {
  private final VmHost host;
  private final Duration longestCommand;

  /**
   * Serves a host.
   *
   * @param longestCommand the longest deadline that a command to consoled may have
   */
  HostHandlers(VmHost host, Duration longestCommand) {
    this.host = host;
    this.longestCommand = longestCommand;
  }

  void addTo(Handlers handlers) {
    handlers
        .on(Routes.HOST_NAME, call -> Reply.of(new ApiBodies.HostName(host.name())))
        .on(Routes.FREE_MEMORY, call -> memory(host.freeMemory()))
        .on(Routes.TOTAL_MEMORY, call -> memory(host.totalMemory()))
        .on(Routes.VMS, call -> Reply.of(host.vms()))
        .on(Routes.FIND, this::find)
        .on(
            Routes.IS_RUNNING,
            call -> Reply.of(new ApiBodies.Running(host.isRunning(call.name("vm")))))
        .on(Routes.VM_MEMORY, call -> memory(host.memoryOf(call.name("vm"))))
        .on(Routes.OPEN, this::open)
        .on(
            Routes.INCOMING,
            call ->
                Reply.of(
                    new ApiBodies.Incoming(
                        host.incoming(call.name("vm")).map(ApiBodies.Arriving::of))))
        .on(Routes.UNPAUSE, this::unpause)
        .on(Routes.GIVE_UP, this::giveUp)
        .on(Routes.DESTROY, this::destroy)
        .on(Routes.HOST_POWER, this::power)
        .on(Routes.START_CONSOLE_VM, this::startConsoleVm)
        .on(Routes.FOLLOW, this::follow)
        .on(Routes.UNFOLLOW, this::unfollow)
        .on(Routes.ATTACH_DEVICES, this::attachDevices)
        .on(Routes.ADOPT_DEVICES, this::adoptDevices)
        .on(Routes.FORGET_DEVICES, this::forgetDevices)
        .on(Routes.KEYBOARD_FRAME, this::keyboardFrame)
        .on(Routes.CONSUMER, this::consumer)
        .on(Routes.CONSOLE_NOTES, this::notes)
        .on(Routes.COMMAND, this::command);
  }

  private static Reply memory(long bytes) {
    return Reply.of(new ApiBodies.Memory(bytes));
  }

  private Reply find(Call call) throws IOException {
    Optional<DomainId> found = host.find(call.name("vm"));
    return Reply.of(
        new ApiBodies.Found(
            found.isPresent() ? OptionalInt.of(found.get().value()) : OptionalInt.empty()));
  }

  private Reply open(Call call) throws IOException {
    ApiBodies.OpenOrder order = call.body(ApiBodies.OpenOrder.class);
    return Reply.of(host.open(call.name("vm"), order.source(), order.from(), order.toolstack()));
  }

  private Reply unpause(Call call) throws IOException {
    host.unpause(call.name("vm"));
    return Reply.EMPTY;
  }

  private Reply giveUp(Call call) throws IOException {
    host.giveUp(call.name("vm"));
    return Reply.EMPTY;
  }

  private Reply destroy(Call call) throws IOException {
    host.destroy(call.name("vm"));
    return Reply.EMPTY;
  }

  private Reply power(Call call) throws IOException, InterruptedException {
    host.power().perform(call.name("vm"), call.body(ApiBodies.PowerOrder.class).action());
    return Reply.EMPTY;
  }

  private Reply startConsoleVm(Call call) throws IOException, InterruptedException {
    host.startConsoleVm(call.name("domR"));
    return Reply.EMPTY;
  }

  private Reply follow(Call call) throws IOException {
    ApiBodies.FollowOrder order = call.body(ApiBodies.FollowOrder.class);
    host.follow(call.name("domU"), order.domR(), order.shared().orElse(false));
    return Reply.EMPTY;
  }

  private Reply unfollow(Call call) throws IOException {
    host.unfollow(call.name("domU"));
    return Reply.EMPTY;
  }

  // ---- dom0's part in consoles

  private Reply attachDevices(Call call) throws IOException {
    host.agent().attachDevices(console(call), call.domain("domU"));
    return Reply.EMPTY;
  }

  private Reply adoptDevices(Call call) throws IOException {
    host.agent().adoptDevices(console(call).domR(), call.domain("domU"));
    return Reply.EMPTY;
  }

  private static ConsoleId console(Call call) throws ControlException {
    ApiBodies.DeviceOrder order = call.body(ApiBodies.DeviceOrder.class);
    try {
      return new ConsoleId(new DomainId(order.domR()), order.guest().orElse(""));
    } catch (IllegalArgumentException e) {
      throw new ControlException(Reason.INVALID, "field=domR is wrong: " + e.getMessage(), e);
    }
  }

  private Reply forgetDevices(Call call) throws IOException {
    host.agent().forgetDevices(call.domain("domU"));
    return Reply.EMPTY;
  }

  private Reply keyboardFrame(Call call) throws IOException {
    OptionalLong frame = host.agent().keyboardFrame(call.domain("domU"));
    return Reply.of(new ApiBodies.KeyboardFrame(frame));
  }

  private Reply notes(Call call) throws IOException {
    String guest = call.query().getOrDefault(Routes.GUEST, "");
    return Reply.of(host.agent().notes(new ConsoleId(call.domain("domR"), guest)));
  }

  private Reply consumer(Call call) throws IOException {
    int consumer = host.agent().readConsumer(call.domain("domU"), frame(call));
    return Reply.of(new ApiBodies.Consumer(Integer.toUnsignedLong(consumer)));
  }

  private static long frame(Call call) throws ControlException {
    try {
      long frame = Long.parseLong(call.name("frame"));
      if (frame >= 0) {
        return frame;
      }
    } catch (NumberFormatException e) {
      throw new ControlException(
          Reason.INVALID, "frame=" + call.name("frame") + " is no decimal number", e);
    }
    throw new ControlException(
        Reason.INVALID, "frame=" + call.name("frame") + " must be 0 or more");
  }

  private Reply command(Call call) throws IOException, InterruptedException {
    ApiBodies.CommandOrder order = call.body(ApiBodies.CommandOrder.class);
    Duration deadline = ControlHandlers.millis("deadlineMillis", order.deadlineMillis());
    if (deadline.compareTo(longestCommand) > 0) {
      throw new ControlException(
          Reason.INVALID,
          "field=deadlineMillis value=%d is longer than this host's %d"
              .formatted(order.deadlineMillis(), longestCommand.toMillis()));
    }
    checkWords(order.verb(), order.arguments());
    ConsoleId console = new ConsoleId(call.domain("domR"), order.guest().orElse(""));
    ControlMessage answer =
        host.agent().command(console, order.verb(), order.arguments(), deadline);
    return Reply.of(
        new ApiBodies.CommandAnswer(answer.sequence(), answer.verb(), answer.arguments()));
  }

  private static void checkWords(String verb, Map<String, String> arguments)
      throws ControlException {
    try {
      ControlMessage unused = new ControlMessage(0, verb, arguments);
    } catch (IllegalArgumentException e) {
      throw new ControlException(Reason.INVALID, e.getMessage(), e);
    }
  }
}
