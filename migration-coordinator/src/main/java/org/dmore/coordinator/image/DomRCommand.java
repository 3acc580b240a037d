package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore domr}. */
@Command(
    name = "domr",
    mixinStandardHelpOptions = true,
    description = "The console VM.",
    subcommands = {DomRCommand.Build.class},
    synopsisSubcommandLabel = "COMMAND")
public final class DomRCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: try dmore domr --help");
  }

  /** {@code dmore domr build}. */
  @Command(
      name = "build",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Builds the console VM's kernel, initrd and a sample configuration for xl, from Debian's",
        "packages and the JDK that dmore runs on.",
        ""
      })
  static final class Build implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FOLDER",
        description = "Where kernel, initrd and domr.cfg go.")
    private Path out;

    @Option(
        names = "--cache",
        paramLabel = "FOLDER",
        description = "Keeps packages and the runtime (default: ~/.cache/dmore).")
    private Path cache;

    @Option(
        names = "--add",
        paramLabel = "FOLDER",
        description =
            "Lay a folder's content over the root: keys, a password's file. May be repeated.")
    private final List<Path> additions = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
      for (Path addition : additions) {
        if (!Files.isDirectory(addition)) {
          throw new ParameterException(
              spec.commandLine(), "--add=" + addition + " is not a folder");
        }
      }
      DomRImage.Image image =
          new DomRImage(cache == null ? defaultCache() : cache, Progress.to(err()))
              .build(out, additions);
      image.parts().forEach((part, bytes) -> line("%8s  %s", mib(bytes), part));
      line("%8s  of these, unpacked in memory at boot", mib(image.unpacked()));
      line("%8s  the others, which stay compressed in memory", mib(image.seldom()));
      line("%8s  %s", mib(Files.size(image.initrd())), image.initrd());
      line("%8s  %s", mib(Files.size(image.kernel())), image.kernel());
      line(
          "Start it with xl create %s, after a look at its paths and its password.",
          image.configuration());
      return 0;
    }

    private java.io.PrintWriter err() {
      return spec.commandLine().getErr();
    }

    private void line(String format, Object... values) {
      spec.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    }

    private static String mib(long bytes) {
      return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static Path defaultCache() {
      String base = System.getenv("XDG_CACHE_HOME");
      return base == null || base.isEmpty()
          ? Path.of(System.getProperty("user.home"), ".cache", "dmore")
          : Path.of(base, "dmore");
    }
  }
}
