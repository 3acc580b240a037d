package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.lab.BootException;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.machine.LabMachine;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.benchmarks.lab.machine.LabState;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command on a lab of a name. */
abstract class LabSubcommand implements Callable<Integer> {
  /** The emulator failed, and not what is tested. */
  static final int BOOT_FAILED = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = LabPlace.DEFAULT_NAME,
      description = "Which lab; labs of different names do not meet (default: ${DEFAULT-VALUE}).")
  private String name;

  @Option(names = "--inside", hidden = true)
  private boolean inside;

  @Override
  public final Integer call() throws Exception {
    try {
      return run(place());
    } catch (BootException e) {
      spec.commandLine().getErr().println("dmore: " + e.getMessage());
      return BOOT_FAILED;
    }
  }

  /** Does what the command is for. */
  abstract int run(LabPlace place) throws Exception;

  /** Whether this JVM is in the lab's network. */
  final boolean isInside() {
    return inside;
  }

  /** Runs this command again inside the lab's network, on the same terminal. */
  final int runInside(LabPlace place, String... more) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("lab", spec.name(), "--inside"));
    arguments.addAll(List.of("--name", place.name()));
    arguments.addAll(List.of(more));
    out().flush();
    Process inner = new LabMachine(place).inside(arguments).start();
    // Who ends this process means both: the inner one would go on working in the lab.
    Thread end = new Thread(inner::destroy, "end-inner");
    Runtime.getRuntime().addShutdownHook(end);
    int status = inner.waitFor();
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      // This process is ending too, as with Ctrl-C.
    }
    return status;
  }

  /** The lab, which must be up. */
  final Lab lab(LabPlace place) throws IOException {
    LabState state =
        new LabMachine(place).state().orElseThrow(() -> notUp(place, "it was not started"));
    if (!state.isUp()) {
      throw notUp(place, "a host has ended");
    }
    return new Lab(place.name(), place.work(), state.hosts());
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private LabPlace place() throws LabException {
    try {
      return LabPlace.of(name, LabPlace.filesOfSourceTree(), System.getenv());
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private static LabException notUp(LabPlace place, String why) {
    return new LabException(
        "lab=%s is not up: %s: dmore lab up%s".formatted(place.name(), why, nameOption(place)));
  }

  /** What a command needs to mean this lab. */
  static String nameOption(LabPlace place) {
    return place.name().equals(LabPlace.DEFAULT_NAME) ? "" : " --name " + place.name();
  }
}
