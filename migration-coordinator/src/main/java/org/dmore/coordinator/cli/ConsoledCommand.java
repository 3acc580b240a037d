package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.host.ConsoledControl;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.vdev.service.ControlMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmore consoled}. */
@Command(
    name = "consoled",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Command the console daemon of a console VM.",
      "Prints what it answers. Several commands are carried out one after the other,",
      "up to the first that is refused.",
      ""
    },
    footer = {
      "",
      "Commands for a move by hand:",
      "  hold drain-millis=N      keep input; wait until the guest has taken what it got",
      "  detach                   let go of the guest's memory, before the move",
      "  reattach                 take it up again: the move was called off",
      "  receipt in-cons=N        how far the guest came: see dmore receipt",
      "  attach                   take the guest up where both are now",
      "  verify timeout-millis=N  wait until what was held is delivered; account for it",
      "  release                  let input go on",
      "  status                   counters of input, of connected devices and of sessions",
      "Commands for viewers:",
      "  sessions [after=ID]      who is on the console",
      "  disconnect session=ID    end a session",
      "  token-keys [keys=K,K]    the issuers whose tokens are taken: see dmore token",
      "  one-time, revoke         see dmore token password, dmore token revoke",
      "Example: dmore consoled --domr console1 hold drain-millis=2000 detach",
      "Exit status: 0 all were carried out; 1 one was refused, or not answered."
    })
public final class ConsoledCommand implements Callable<Integer> {
  private final Dom0.Source source;

  @Spec private CommandSpec spec;

  @Option(
      names = "--domr",
      paramLabel = ConsoleName.LABEL,
      required = true,
      description = "The console VM, by name or domain id, and whose console if it has several.")
  private String domR;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description =
          "How long each answer may take, besides what the command itself is to wait (default:"
              + " ${DEFAULT-VALUE}).")
  private Duration patience;

  @Option(names = "--json", description = "Print a JSON object a command.")
  private boolean json;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND [NAME=VALUE...]",
      description = "What to do, with its arguments; then the next.")
  private List<String> words;

  /** A command as it was given on the command line. */
  private record Order(String verb, Map<String, String> arguments) {}

  ConsoledCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Order> orders = orders();
    Lines lines = new Lines(spec.commandLine().getOut(), json);
    try (Dom0 dom0 = source.open();
        HostAgent agent = new HostAgent(dom0.ports())) {
      DomainDirectory directory = new DomainDirectory(dom0.ports().xenStore());
      ConsoledControl control = agent.openConsoled(ConsoleName.find(directory, domR));
      for (Order order : orders) {
        tell(lines, order.verb(), send(control, order.verb(), order.arguments(), patience));
      }
    }
    return 0;
  }

  /** Gives a command; it may take as long as its own arguments say, and then some. */
  static ControlMessage send(
      ConsoledControl control, String verb, Map<String, String> arguments, Duration patience)
      throws IOException, InterruptedException {
    ControlMessage command = new ControlMessage(0, verb, arguments);
    Duration deadline = patience;
    for (String name : List.of("drain-millis", "timeout-millis")) {
      if (command.has(name)) {
        deadline = deadline.plusMillis(Math.max(0, command.number(name)));
      }
    }
    return control.send(verb, arguments, deadline);
  }

  /** Tells an answer. */
  static void tell(Lines lines, String verb, ControlMessage answer) {
    Map<String, String> details = new LinkedHashMap<>();
    answer.arguments().keySet().stream()
        .sorted()
        .forEach(name -> details.put(name, answer.text(name)));
    lines.tell(verb, details);
  }

  private List<Order> orders() {
    List<Order> orders = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      try {
        if (equals < 0) {
          orders.add(
              new Order(new ControlMessage(0, word, Map.of()).verb(), new LinkedHashMap<>()));
        } else if (orders.isEmpty()) {
          throw new IllegalArgumentException("\"" + word + "\" stands before any command");
        } else {
          String name = word.substring(0, equals);
          Map<String, String> arguments = orders.get(orders.size() - 1).arguments();
          arguments.put(name, word.substring(equals + 1));
          Object unused = new ControlMessage(0, "check", arguments);
        }
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
    return orders;
  }
}
