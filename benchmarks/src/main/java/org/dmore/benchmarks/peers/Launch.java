package org.dmore.benchmarks.peers;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How servers start, whatever their application is. */
public final class Launch {
  private Launch() {}

  /**
   * The command for a program of ours in a JVM of its own, with the options of the dmore script.
   */
  public static List<String> jvm(Class<?> program, String... arguments) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx512m",
                "-Dio.netty.leakDetection.level=disabled",
                "-Dlogback.configurationFile=org/dmore/benchmarks/logback-fork.xml",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Starts TigerVNC's X server, as it is by default, without authentication; returns when X clients
   * can connect.
   *
   * @param options others of its own
   */
  public static Xvnc xvnc(Peer peer, int port, int width, int height, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "Xvnc",
                "-displayfd",
                "1",
                "-rfbport",
                Integer.toString(port),
                "-localhost",
                "-SecurityTypes",
                "None",
                "-geometry",
                width + "x" + height,
                "-depth",
                "24",
                "-AlwaysShared",
                "-nolisten",
                "tcp",
                "-noreset"));
    command.addAll(List.of(options));
    Process process = peer.start(Map.of(), Redirect.PIPE, command);
    return new Xvnc(process, ":" + peer.line(process.getInputStream()).strip());
  }

  /**
   * An X server that runs.
   *
   * @param display as X clients' DISPLAY has it
   */
  public record Xvnc(Process process, String display) {}
}
