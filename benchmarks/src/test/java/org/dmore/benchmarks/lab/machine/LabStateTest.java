package org.dmore.benchmarks.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmore.benchmarks.lab.LabException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabStateTest {
  @TempDir private Path folder;

  @Test
  void isReadAsItWasWritten() throws IOException {
    Path file = folder.resolve("state");
    LabState state =
        LabState.planned(2, true).with(1, new OwnProcess(11, 111)).with(2, new OwnProcess(22, 222));
    state.save(file);
    assertThat(LabState.load(file)).contains(state);
  }

  @Test
  void isNotThereWhereNothingWasStarted() throws IOException {
    assertThat(LabState.load(folder.resolve("state"))).isEmpty();
  }

  @Test
  void isUpWhenAllItsHostsRun() throws IOException {
    OwnProcess running = OwnProcess.of(ProcessHandle.current().pid());
    OwnProcess ended = new OwnProcess(running.pid(), running.start() - 1);
    LabState one = LabState.planned(2, false).with(1, running);
    assertThat(one.isUp()).isFalse();
    assertThat(one.with(2, running).isUp()).isTrue();
    assertThat(one.with(2, ended).isUp()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hosts=two\nguests=true",
        "hosts=1\nguests=true\nemulator.1=12",
        "hosts=1\nguests=true\nemulator.x=1 2"
      })
  void saysWhatToDoWithWhatCannotBeRead(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("state"), text);
    assertThatThrownBy(() -> LabState.load(file))
        .isInstanceOf(LabException.class)
        .hasMessageContainingAll("state=" + file, "by hand");
  }
}
