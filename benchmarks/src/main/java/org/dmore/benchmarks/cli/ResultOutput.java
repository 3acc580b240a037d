package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.Tables;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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

  /** Finds out before minutes are spent whether the files can be written. */
  void check(CommandLine line) {
    json.ifPresent(file -> check(line, "--json", file));
    output.ifPresent(file -> check(line, "--output", file));
  }

  private static void check(CommandLine line, String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    String problem = null;
    if (Files.isDirectory(file)) {
      problem = "is a directory: name a file";
    } else if (folder == null || !Files.isDirectory(folder)) {
      problem = "is in a directory that is not there: make it first";
    } else if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      problem = "may not be written by this user";
    }
    if (problem != null) {
      throw new ParameterException(line, option + "=" + file + " " + problem);
    }
  }

  /** Prints a result, and writes the files. */
  void write(ResultFile result, CommandLine line) throws IOException {
    String text = Tables.markdown(result);
    line.getOut().print(text);
    line.getOut().flush();
    if (output.isPresent()) {
      Files.writeString(output.get(), text);
    }
    if (json.isPresent()) {
      result.write(json.get());
    }
  }
}
