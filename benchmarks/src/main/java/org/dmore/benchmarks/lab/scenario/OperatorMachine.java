package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.coordinator.api.HostKeys;
import org.dmore.coordinator.api.Role;
import org.dmore.coordinator.image.FileTree;

/**
 * A machine of an operator's, which is this one: {@code dmore} runs here, with a certificate, and
 * asks a host's {@code hostd} over its port. For one thread at a time.
 */
final class OperatorMachine {
  private static final String NAME = "operator";

  private final Path keys;
  private final int port;

  /**
   * Makes the operator's certificate.
   *
   * @param keys where the authority's key is, and the operator's come to be
   * @param port where every {@code hostd} listens
   */
  OperatorMachine(Path keys, int port) throws IOException {
    this.keys = keys;
    this.port = port;
    HostKeys.KeyFiles unused = HostKeys.issue(keys, NAME, Role.OPERATOR, List.of());
  }

  /**
   * Runs a command.
   *
   * @param host whose daemon is asked
   * @param limit when the command is killed
   */
  CommandResult dmore(Dom0 host, Duration limit, String arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add("org.dmore.coordinator.cli.Main");
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("--hostd", "https://" + host.address() + ":" + port));
    command.addAll(List.of("--cert", keys.resolve(NAME + ".pem").toString()));
    command.addAll(List.of("--key", keys.resolve(NAME + ".key").toString()));
    command.addAll(List.of("--ca", keys.resolve("ca.pem").toString()));
    command.addAll(List.of("--call-timeout", "2m"));
    Path output = Files.createTempDirectory(NAME);
    try {
      Path out = output.resolve("out");
      Path err = output.resolve("err");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new LabException(
            "dmore %s did not end within seconds=%d: %s%s"
                .formatted(
                    arguments, limit.toSeconds(), Files.readString(out), Files.readString(err)));
      }
      return new CommandResult(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      FileTree.delete(output);
    }
  }
}
