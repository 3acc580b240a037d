package org.dmore.coordinator.cli.hostd;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.vnc.VncConsole;
import org.dmore.vdev.access.ConsoleRight;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore screenshot}. */
@Command(
    name = "screenshot",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Write what a pair's screen shows to a file, as PNG.", ""},
    footer = {
      "",
      "Examples: dmore screenshot web1 web1.png",
      "          dmore screenshot --vnc 10.0.0.9:5900 --password-file secret other.png",
      ExitStatus.HELP
    })
final class ScreenshotCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;
  @Mixin private ScreenOptions screen;

  @Parameters(
      arity = "1..2",
      paramLabel = "PAIR FILE",
      hideParamSyntax = true,
      description = "The pair's name, unless --vnc is given, and the file.")
  private List<String> words;

  ScreenshotCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> rest = screen.rest(words, 1, options);
    if (rest.size() > 1) {
      throw options.wrong("Too many parameters: with --vnc there is no pair");
    }
    Path file = Path.of(rest.get(0));
    BufferedImage image;
    try (VncConsole console = screen.open(workplace, options, words, ConsoleRight.VIEW)) {
      image = console.screen();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", png)) {
      throw new IOException("this Java cannot write PNG: install one with java.desktop");
    }
    try {
      Files.write(file, png.toByteArray());
    } catch (IOException e) {
      throw new IOException("file=" + file + " cannot be written: " + e, e);
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("file", file.toString());
    details.put("width", image.getWidth());
    details.put("height", image.getHeight());
    options.lines().tell("screenshot", details);
    return ExitStatus.DONE.code();
  }
}
