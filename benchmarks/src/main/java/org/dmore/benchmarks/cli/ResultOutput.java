package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a result goes besides standard output. */
final class ResultOutput {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result there, for bench report and bench check.")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the tables there as well, in Markdown.")
  private Optional<Path> output = Optional.empty();

  /** Refuses, before minutes are spent, what cannot be written. */
  void check(CommandSpec spec) {
    json.ifPresent(file -> ResultPath.requireWritable(spec, "--json", file));
    output.ifPresent(file -> ResultPath.requireWritable(spec, "--output", file));
  }

  /**
   * Prints a result, and writes the files.
   *
   * @param text the tables, in Markdown
   */
  void write(String text, ResultFile result, CommandSpec spec) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
    if (output.isPresent()) {
      Files.writeString(output.get(), text);
    }
    if (json.isPresent()) {
      result.write(json.get());
    }
  }
}
