package org.dmore.benchmarks.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A file that a command is to write at its end. */
final class ResultPath {
  private ResultPath() {}

  /** Found out before minutes are spent: refuses what cannot be written, and says why. */
  static void requireWritable(CommandSpec spec, String option, Path file) {
    Path directory = file.toAbsolutePath().getParent();
    String problem = null;
    if (Files.isDirectory(file)) {
      problem = "is a directory: name a file";
    } else if (directory == null || !Files.isDirectory(directory)) {
      problem = "is in a directory that is not there: make it first";
    } else if (!Files.isWritable(Files.exists(file) ? file : directory)) {
      problem = "may not be written by this user";
    }
    if (problem != null) {
      throw new ParameterException(spec.commandLine(), option + "=" + file + " " + problem);
    }
  }
}
