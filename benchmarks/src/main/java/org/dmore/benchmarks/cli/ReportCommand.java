package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.page.ResultPage;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmore bench report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a page with plots and tables of results.",
      "",
      "The page, " + ResultPage.FILE + ", needs no other file; the plots are PNG files beside it.",
      ""
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE.json",
      description = "Results that --json of other bench commands wrote.")
  private List<Path> files;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Where page and plots go; made if it is missing.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    List<ResultFile> results = ResultFiles.read(files, spec.commandLine());
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new ParameterException(
          spec.commandLine(), "--output=" + output + " is a file: name a folder");
    }
    System.setProperty("java.awt.headless", "true");
    Files.createDirectories(output);
    List<Path> written = new ResultPage(results).write(output);
    written.forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
