package org.dmore.coordinator.cli.daemon;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.dmore.coordinator.hostd.Hostd;
import org.dmore.coordinator.hostd.HostdSettings;
import org.dmore.coordinator.toolstack.XenVmHost;
import org.dmore.xen.lib.LibControlPorts;
import org.jline.utils.Signals;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore hostd}. */
@Command(
    name = "hostd",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "The daemon of a dom0: it keeps consoles attached, leads the moves of this host's pairs, and",
      "answers the commands for operators. Runs until it is ended.",
      ""
    })
public final class HostdCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "/etc/dmore/hostd.yaml",
      description = "Its settings (default: ${DEFAULT-VALUE}).")
  private Path config;

  @Option(names = "--check", description = "Read the settings, say what is wrong, and end.")
  private boolean check;

  private HostdCommand() {}

  /** The command with those below it. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new HostdCommand());
    line.addSubcommand(new HostKeysCommand());
    return line;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    HostdSettings settings;
    try {
      settings = HostdSettings.read(config);
    } catch (IllegalArgumentException e) {
      throw new IOException("config=" + config + ": " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (check) {
      out.println("settings of host=" + settings.name() + " can be read");
      out.flush();
      return 0;
    }
    CountDownLatch end = new CountDownLatch(1);
    Object unusedInt = Signals.register("INT", end::countDown);
    Object unusedTerm = Signals.register("TERM", end::countDown);
    try (LibControlPorts ports = LibControlPorts.open();
        XenVmHost host = Hostd.realHost(settings, ports);
        Hostd hostd = Hostd.start(settings, host)) {
      out.println(
          "host=%s socket=%s api=%s"
              .formatted(
                  settings.name(),
                  settings.socket(),
                  hostd.address().map(Object::toString).orElse("none")));
      out.flush();
      end.await();
    }
    return 0;
  }
}
