package org.dmore.benchmarks.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabCommandTest {
  /** A lab that nobody starts. */
  private static final String NAME = "--name=no-such-lab";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --hosts 3               | --hosts=3 is not 1 or 2
          up --name ../x             | --name=../x must be
          down --name Lab            | --name=Lab must be
          console host3              | neither 1, 2, domr nor domu
          console domu xl list       | not in domu
          console                    | WHERE
          run                        | Missing scenario: there are
          run no-such-scenario       | scenario=no-such-scenario is unknown: there are
          run coordinator --rounds 0 | rounds=0: give at least 1
          run recovery --rounds 2    | scenario=recovery has no rounds: leave --rounds
          frobnicate                 | frobnicate
          """)
  void aWrongCommandLineIsSaidToBeOne(String arguments, String message) {
    assertThat(run(arguments.split(" +", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void withoutACommandItSaysWhichThereAre() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("up, status, run, console or down");
  }

  @ParameterizedTest
  @CsvSource({
    "console,1",
    "console,1 xl list -l",
    "console,1 -- xl list",
    "console,domu",
    "run,all"
  })
  void aLabThatIsNotUpIsSaidToBeDown(String command, String arguments) {
    List<String> words = new ArrayList<>(List.of(command, NAME));
    words.addAll(List.of(arguments.split(" ", -1)));
    assertThat(run(words.toArray(String[]::new))).isEqualTo(1);
    assertThat(err.toString()).contains("lab=no-such-lab is not up", "--name no-such-lab");
  }

  @Test
  void statusSaysHowToStartALab() {
    assertThat(run("status", NAME)).isEqualTo(1);
    assertThat(out.toString())
        .contains("lab=no-such-lab is not up: dmore lab up --name no-such-lab");
  }

  @Test
  void allScenariosAreListed() {
    assertThat(run("run", "--list")).isZero();
    assertThat(out.toString().lines()).allMatch(line -> line.matches("[a-z-]+ +.+")).isNotEmpty();
  }

  @Test
  void theHelpTellsTheExitStatuses() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("3 the emulator failed");
  }

  private int run(String... arguments) {
    return LabCommand.line()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println(failure.getMessage());
              return 1;
            })
        .execute(arguments);
  }
}
