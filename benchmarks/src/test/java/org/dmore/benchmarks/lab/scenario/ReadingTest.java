package org.dmore.benchmarks.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.recorder.PointerEvent;
import org.dmore.benchmarks.lab.recorder.TextConsole;
import org.junit.jupiter.api.Test;

/** What the scenarios read of what others say. */
class ReadingTest {
  /** A shell that echoes what it is told, as a terminal does, and then says what it was given. */
  private static final class EchoingShell implements TextConsole {
    private final List<String> log = new ArrayList<>();
    private final List<String> says;
    private final int status;

    EchoingShell(int status, String... says) {
      this.status = status;
      this.says = List.of(says);
    }

    @Override
    public void write(String line) {
      log.add("~ # " + line + "\r");
      String[] words = line.split(" ", -1);
      String begin = words[2].replace(";", "");
      log.add("\r");
      log.add(begin + "\r");
      says.forEach(text -> log.add(text + "\r"));
      log.add(words[words.length - 2] + " " + status + "\r");
    }

    @Override
    public long mark() {
      return log.size();
    }

    @Override
    public List<String> linesFrom(long mark) throws IOException {
      return log.subList((int) mark, log.size());
    }
  }

  @Test
  void aShellsOutputIsReadBetweenItsMarkersAndNotFromTheEcho() throws Exception {
    DomRShell shell = new DomRShell(new EchoingShell(3, "one", "", "two"));
    assertThat(shell.run("false", Duration.ofSeconds(10)))
        .isEqualTo(new DomRShell.Result(3, List.of("one", "two")));
  }

  @Test
  void aShellThatIsNotThereIsSaidToBeMissing() {
    TextConsole silent =
        new TextConsole() {
          @Override
          public void write(String line) {}

          @Override
          public long mark() {
            return 0;
          }

          @Override
          public List<String> linesFrom(long mark) {
            return List.of("domr: no shell here");
          }
        };
    assertThatThrownBy(() -> new DomRShell(silent).run("id", Duration.ofMillis(10)))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("dmore.shell");
  }

  @Test
  void theProbesLinesAreRead() {
    assertThat(ProbeLine.parse("PROBE map-pixels-writable refused errno=22"))
        .contains(new ProbeLine("map-pixels-writable", false, "errno=22"));
    assertThat(ProbeLine.parse("PROBE x allowed")).contains(new ProbeLine("x", true, ""));
    assertThat(ProbeLine.parse("PROBE-END grants")).isEmpty();
    assertThat(ProbeLine.parse("10:02:03.456 INFO consoled")).isEmpty();
    assertThatThrownBy(() -> ProbeLine.parse("PROBE x maybe")).hasMessageContaining("maybe");
  }

  @Test
  void whatDmoreTellsIsReadByEvent() {
    assertThat(
            HandMove.events(
                """
                hold: accepted=7 drained=true
                detach: unsettled=0
                receipt: requeued=2
                waiting: for domu
                bare
                """))
        .isEqualTo(
            Map.of(
                "hold", Map.of("accepted", "7", "drained", "true"),
                "detach", Map.of("unsettled", "0"),
                "receipt", Map.of("requeued", "2"),
                "waiting", Map.of(),
                "bare", Map.of()));
  }

  @Test
  void aPathTurnsTheWheelClicksAndDrags() {
    PointerPath path = PointerPath.random(new Random(1), 800, 600);
    List<PointerEvent> events = path.legs().stream().flatMap(leg -> leg.events().stream()).toList();
    assertThat(events)
        .contains(
            PointerEvent.move(799, 599),
            PointerEvent.move(0, 0),
            PointerEvent.wheel(1),
            PointerEvent.wheel(-1),
            PointerEvent.button(272, true),
            PointerEvent.button(273, false),
            PointerEvent.button(274, true));
    // Two places in a row that are the same would be one movement for the guest.
    List<PointerEvent> moves =
        events.stream().filter(event -> event.kind() == PointerEvent.Kind.MOVE).toList();
    for (int i = 1; i < moves.size(); i++) {
      assertThat(moves.get(i)).isNotEqualTo(moves.get(i - 1));
    }
    // No leg is more than the kernel's buffer for a pointer holds: 128 entries, 3 a movement.
    assertThat(path.legs()).allMatch(leg -> leg.events().size() * 3 < 64);
  }

  @Test
  void allScenariosAreFound() {
    assertThat(ServiceLoader.load(Scenario.class).stream().map(found -> found.get().name()))
        .containsExactly(
            "console",
            "migration",
            "coordinator",
            "coordinator-xl",
            "late-console",
            "faults",
            "isolation",
            "recovery",
            "contract",
            "keystroke",
            "continuity",
            "cost",
            "group");
  }
}
