package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.vnc.KeyNames;
import org.dmore.coordinator.cli.vnc.VncConsole;
import org.dmore.vdev.access.ConsoleRight;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore type}. */
@Command(
    name = "type",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Type a text on a pair's keyboard.",
      "As fast as it is taken; a line's end is Enter.",
      ""
    },
    footer = {
      "",
      "Examples: dmore type web1 root",
      "          dmore type web1 - < commands.txt",
      ExitStatus.HELP
    })
final class TypeCommand implements Callable<Integer> {
  /** Characters after which the server is asked whether it has read them. */
  private static final int CHUNK = 32;

  private final Workplace workplace;

  @Mixin private HostdOptions options;
  @Mixin private ScreenOptions screen;

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      defaultValue = "5ms",
      converter = DurationConverter.class,
      description = "Between two characters (default: ${DEFAULT-VALUE}).")
  private Duration delay;

  @Parameters(
      arity = "1..2",
      paramLabel = "PAIR TEXT",
      hideParamSyntax = true,
      description = "The pair's name, unless --vnc is given, and the text; - for standard input.")
  private List<String> words;

  TypeCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> rest = screen.rest(words, 1, options);
    if (rest.size() > 1) {
      throw options.wrong("Too many parameters: with --vnc there is no pair");
    }
    int[] keysyms = keysyms(rest.get(0).equals("-") ? standardInput() : rest.get(0));
    try (VncConsole console = screen.open(workplace, options, words, ConsoleRight.CONTROL)) {
      type(console, keysyms);
    }
    workplace.statusLine().show("");
    options.lines().tell("typed", Map.of("characters", keysyms.length));
    return ExitStatus.DONE.code();
  }

  private void type(VncConsole console, int[] keysyms) throws IOException, InterruptedException {
    for (int i = 0; i < keysyms.length; i++) {
      if (i > 0) {
        Thread.sleep(delay.toMillis());
      }
      console.key(keysyms[i], true);
      console.key(keysyms[i], false);
      if ((i + 1) % CHUNK == 0) {
        console.sync();
        if (!options.json()) {
          workplace.statusLine().show("typed %d of %d characters".formatted(i + 1, keysyms.length));
        }
      }
    }
    console.sync();
  }

  private String standardInput() throws IOException {
    return new String(workplace.input().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** A key for each character, or an error before the first one. */
  private int[] keysyms(String text) {
    int[] characters = text.replace("\r\n", "\n").replace('\r', '\n').codePoints().toArray();
    if (characters.length == 0) {
      throw options.wrong("the text is empty");
    }
    int[] keysyms = new int[characters.length];
    for (int i = 0; i < characters.length; i++) {
      OptionalInt keysym = KeyNames.ofCharacter(characters[i]);
      if (keysym.isEmpty()) {
        throw options.wrong(
            "no key types character=U+%04X at position=%d: dmore keys presses others"
                .formatted(characters[i], i));
      }
      keysyms[i] = keysym.getAsInt();
    }
    return keysyms;
  }
}
