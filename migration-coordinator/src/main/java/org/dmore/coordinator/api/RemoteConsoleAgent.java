package org.dmore.coordinator.api;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.dmore.coordinator.host.ConsoleAgent;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.ConsoleNotes;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;

/** Another host's part in its consoles. Thread-safe. */
final class RemoteConsoleAgent implements ConsoleAgent {
  private final ApiClient client;

  RemoteConsoleAgent(ApiClient client) {
    this.client = client;
  }

  @Override
  public void attachDevices(ConsoleId console, DomainId domU) throws IOException {
    client.tell(
        Routes.ATTACH_DEVICES,
        new ApiBodies.DeviceOrder(console.domR().value(), guest(console)),
        domU.toString());
  }

  @Override
  public void adoptDevices(DomainId domR, DomainId domU) throws IOException {
    client.tell(
        Routes.ADOPT_DEVICES,
        new ApiBodies.DeviceOrder(domR.value(), Optional.empty()),
        domU.toString());
  }

  @Override
  public void forgetDevices(DomainId domU) throws IOException {
    client.tell(Routes.FORGET_DEVICES, domU.toString());
  }

  @Override
  public OptionalLong keyboardFrame(DomainId domU) throws IOException {
    return client
        .ask(ApiBodies.KeyboardFrame.class, Routes.KEYBOARD_FRAME, domU.toString())
        .frame();
  }

  @Override
  public int readConsumer(DomainId domU, long frame) throws IOException {
    long consumer =
        client
            .ask(ApiBodies.Consumer.class, Routes.CONSUMER, domU.toString(), Long.toString(frame))
            .consumer();
    if (consumer < 0 || consumer > 0xffff_ffffL) {
      throw new IOException("consumer=" + consumer + " is no u32: the host's answer is wrong");
    }
    return (int) consumer;
  }

  @Override
  public ConsoleNotes notes(ConsoleId console) throws IOException {
    return client.ask(
        ConsoleNotes.class,
        Routes.CONSOLE_NOTES,
        guest(console).map(name -> Map.of(Routes.GUEST, name)).orElse(Map.of()),
        console.domR().toString());
  }

  @Override
  public ControlMessage command(
      ConsoleId console, String verb, Map<String, String> arguments, Duration deadline)
      throws IOException {
    ApiBodies.CommandAnswer answer =
        client.ask(
            ApiBodies.CommandAnswer.class,
            Routes.COMMAND,
            Optional.of(
                new ApiBodies.CommandOrder(
                    verb, arguments, Math.max(1, deadline.toMillis()), guest(console))),
            // The answer's own way comes on top.
            deadline.plus(client.settings().call()),
            console.domR().toString());
    try {
      return new ControlMessage(answer.sequence(), answer.verb(), answer.arguments());
    } catch (IllegalArgumentException e) {
      throw new IOException("the host's answer is wrong: " + e.getMessage(), e);
    }
  }

  /** Said only where it has to be: an older hostd does not know of it. */
  private static Optional<String> guest(ConsoleId console) {
    return console.guest().isEmpty() ? Optional.empty() : Optional.of(console.guest());
  }

  /** A number that another host says is a domain's. */
  static DomainId domain(int number) throws IOException {
    try {
      return new DomainId(number);
    } catch (IllegalArgumentException e) {
      throw new IOException("the host's answer is wrong: " + e.getMessage(), e);
    }
  }
}
