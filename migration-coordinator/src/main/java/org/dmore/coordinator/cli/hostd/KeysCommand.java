package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.vnc.KeyNames;
import org.dmore.coordinator.cli.vnc.VncConsole;
import org.dmore.vdev.access.ConsoleRight;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore keys}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Press keys on a pair's keyboard, several together as ctrl-alt-del.", ""},
    footer = {
      "",
      "Names: ctrl, alt, altgr, shift, super, f1 to f24, enter, esc, tab, space,",
      "backspace, del, ins, home, end, pgup, pgdn, up, down, left, right, print, sysrq,",
      "pause, menu, capslock, numlock, minus, X11's as Control_R or KP_Enter, a character",
      "(ctrl-c, not ctrl-C), U+20AC by its code, 0xff1b by its keysym.",
      "Examples: dmore keys web1 ctrl-alt-del",
      "          dmore keys web1 ctrl-alt-f2 enter",
      ExitStatus.HELP
    })
final class KeysCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;
  @Mixin private ScreenOptions screen;

  @Parameters(
      arity = "1..*",
      paramLabel = "PAIR KEYS...",
      hideParamSyntax = true,
      description = "The pair's name, unless --vnc is given, and what to press, in order.")
  private List<String> words;

  KeysCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> names = screen.rest(words, 1, options);
    List<List<Integer>> chords;
    try {
      KeyNames known = new KeyNames();
      chords = names.stream().map(known::chord).toList();
    } catch (IllegalArgumentException e) {
      throw options.wrong(e.getMessage());
    }
    try (VncConsole console = screen.open(workplace, options, words, ConsoleRight.CONTROL)) {
      for (List<Integer> chord : chords) {
        chord.forEach(keysym -> console.key(keysym, true));
        for (int i = chord.size() - 1; i >= 0; i--) {
          console.key(chord.get(i), false);
        }
        console.sync();
      }
    }
    options.lines().tell("pressed", Map.of("keys", names));
    return ExitStatus.DONE.code();
  }
}
