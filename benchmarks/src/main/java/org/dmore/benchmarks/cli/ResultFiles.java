package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads the results that a command is given. */
final class ResultFiles {
  private ResultFiles() {}

  /** Reads all, in order; what cannot be read ends the command, named, with status 2. */
  static List<ResultFile> read(List<Path> files, CommandLine line) {
    List<ResultFile> results = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        problems.add("file=" + file + " is not there: name a file that --json wrote");
        continue;
      }
      try {
        ResultFile result = ResultFile.read(file);
        if (result == null) {
          problems.add("file=" + file + " is no result of a benchmark: it has nothing in it");
        } else {
          results.add(result);
        }
      } catch (IOException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(line, String.join("; ", problems));
    }
    return results;
  }
}
