package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ServiceLoader;
import org.dmore.coordinator.api.ApiClient;
import org.dmore.coordinator.api.ApiCredentials;
import org.dmore.coordinator.api.CallSettings;
import org.dmore.coordinator.cli.daemon.HostdCommand;
import org.dmore.coordinator.cli.hostd.Hostd;
import org.dmore.coordinator.cli.hostd.HostdAddress;
import org.dmore.coordinator.cli.hostd.HostdCommands;
import org.dmore.coordinator.cli.hostd.Workplace;
import org.dmore.coordinator.demo.DemoCommand;
import org.dmore.coordinator.image.DomRCommand;
import org.dmore.xen.lib.LibControlPorts;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry of {@code dmore}. */
@Command(
    name = "dmore",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description = "An out-of-band console for Xen VMs that survives live migration.",
    subcommands = {CommandLine.HelpCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", ExitStatus.HELP, "Each command tells more with --help."})
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true"); // pictures are written, never shown
    System.exit(commandLine().execute(arguments));
  }

  /** All commands there are, ready to run in this process. */
  public static CommandLine commandLine() {
    return commandLine(Workplace.ofProcess(Main::openHostd));
  }

  /** All commands there are, ready to run. */
  public static CommandLine commandLine(Workplace workplace) {
    CommandLine line = new CommandLine(new Main());
    line.addSubcommand(new DemoCommand());
    HostdCommands.addTo(line, workplace);
    line.addSubcommand(HostdCommand.commandLine());
    addDom0Commands(line, Main::openDom0);
    line.addSubcommand(new DomRCommand());
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      line.addSubcommand(provider.command());
    }
    line.setExecutionExceptionHandler(new ErrorMessage());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  /** Adds the commands that work in dom0 of a Xen host. */
  static void addDom0Commands(CommandLine line, Dom0.Source source) {
    line.addSubcommand(new AttachCommand(source));
    line.addSubcommand(new DetachCommand(source));
    line.addSubcommand(new ConsoledCommand(source));
    line.addSubcommand(new KeyboardFrameCommand(source));
    line.addSubcommand(new ReceiptCommand(source));
    line.addSubcommand(TokenCommand.with(source));
  }

  private static Dom0 openDom0() throws IOException {
    LibControlPorts ports = LibControlPorts.open();
    return Dom0.checked(new Dom0(ports, ports::close));
  }

  private static Hostd openHostd(HostdAddress address, Duration callTimeout) throws IOException {
    CallSettings calls = CallSettings.DEFAULT.withCall(callTimeout);
    ApiClient client;
    if (address instanceof HostdAddress.Remote remote) {
      ApiCredentials credentials =
          ApiCredentials.read(remote.key(), remote.certificate(), remote.authority());
      client = ApiClient.remote(remote.uri(), credentials, calls);
    } else {
      client = ApiClient.local(((HostdAddress.Local) address).socket(), calls);
    }
    return new Hostd(client, client::close);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: try dmore --help");
  }
}
