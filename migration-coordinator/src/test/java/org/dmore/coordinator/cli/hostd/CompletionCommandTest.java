package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCommandTest {
  @TempDir Path folder;

  private static String bash(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "bash";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theScriptIsValidAndCompletesWhatIsTyped(String shell) throws Exception {
    Result result = new CommandBench().run("completion", shell);
    assertThat(result.status()).as(result.err()).isZero();
    Path script = Files.writeString(folder.resolve("dmore-completion"), result.out());
    assertThat(bash("-n", script.toString())).isEmpty();
    assertThat(completed(script, "dmore", "mig")).containsExactly("migrate", "migrations");
    assertThat(completed(script, "dmore", "migrations", "ca")).containsExactly("cancel");
    assertThat(completed(script, "dmore", "drain", "--pa"))
        .containsExactly("--parallel", "--pause");
  }

  /** What bash offers at a Tab after these words, sorted. */
  private static List<String> completed(Path script, String... words) throws Exception {
    String offered =
        bash(
            "-c",
            "source "
                + script
                // At a Tab bash's own compopt works, and only then.
                + "; compopt() { :; }; COMP_WORDS=("
                + String.join(" ", words)
                + "); COMP_CWORD="
                + (words.length - 1)
                + "; COMP_LINE='"
                + String.join(" ", words)
                + "'; _complete_dmore; echo \"${COMPREPLY[@]}\"");
    return Stream.of(offered.strip().split(" ", -1)).sorted().toList();
  }
}
