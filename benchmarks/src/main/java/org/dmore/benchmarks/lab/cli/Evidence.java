package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.machine.LabPlace;

/** What is put aside of a failed scenario, before the next one writes into the same logs. */
final class Evidence {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> QUESTIONS =
      List.of("xl list", "xenstore-ls -p", "xl dmesg", "dmesg", "ps", "free -m");

  private final Lab lab;
  private final LabPlace place;

  Evidence(Lab lab, LabPlace place) {
    this.lab = lab;
    this.place = place;
  }

  /** Copies each host's logs, and asks its dom0 how things stand. */
  void keep(Path folder) throws IOException {
    for (Dom0 host : lab.hosts()) {
      Path to = Files.createDirectories(folder.resolve("host" + host.number()));
      copy(host.logs(), to);
      copy(place.host(host.number()), to);
      Files.writeString(to.resolve("dom0.txt"), answers(host));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static String answers(Dom0 host) {
    StringBuilder text = new StringBuilder();
    for (String question : QUESTIONS) {
      text.append("# ").append(question).append('\n');
      try {
        CommandResult answer = host.run(PATIENCE, question);
        text.append(answer.out()).append(answer.err()).append('\n');
      } catch (LabException e) {
        // A dom0 that does not answer once will not answer the next question either.
        return text.append(e.getMessage()).append('\n').toString();
      }
    }
    return text.toString();
  }
}
