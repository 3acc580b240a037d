package org.dmore.benchmarks.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnProcessTest {
  @TempDir private Path folder;

  @Test
  void endsTheProcessItKnows() throws IOException, InterruptedException {
    Process sleep = new ProcessBuilder("sleep", "300").start();
    OwnProcess process = OwnProcess.of(sleep.pid());
    assertThat(process.isAlive()).isTrue();
    assertThat(process.end()).isTrue();
    assertThat(process.isAlive()).isFalse();
    assertThat(process.end()).isFalse();
  }

  @Test
  void leavesAnotherProcessAloneThatGotItsNumber() throws IOException, InterruptedException {
    Process sleep = new ProcessBuilder("sleep", "300").start();
    try {
      OwnProcess now = OwnProcess.of(sleep.pid());
      OwnProcess earlier = new OwnProcess(now.pid(), now.start() - 100);
      assertThat(earlier.isAlive()).isFalse();
      assertThat(earlier.end()).isFalse();
      assertThat(sleep.isAlive()).isTrue();
    } finally {
      sleep.destroyForcibly();
    }
  }

  @Test
  void killsWhatDoesNotHeedTheFirstRequest() throws IOException, InterruptedException {
    Process stubborn =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done").start();
    assertThat(stubborn.getInputStream().read()).isEqualTo('\n');
    assertThat(OwnProcess.of(stubborn.pid()).end()).isTrue();
    assertThat(stubborn.isAlive()).isFalse();
  }

  @Test
  void readsTheStartBehindANameWithBlanksAndParentheses() throws IOException {
    stat(7, "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1000 1 0");
    assertThat(OwnProcess.startOf(folder, 7)).hasValue(4711);
  }

  @Test
  void aZombieDoesNotRun() throws IOException {
    stat(8, "8 (qemu) Z 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 0 0 0");
    assertThat(OwnProcess.startOf(folder, 8)).isEmpty();
    assertThat(OwnProcess.startOf(folder, 9)).isEmpty();
  }

  @Test
  void saysThatAProcessHasEnded() {
    assertThatThrownBy(() -> OwnProcess.of(Integer.MAX_VALUE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pid=" + Integer.MAX_VALUE);
  }

  private void stat(long pid, String line) throws IOException {
    Path process = Files.createDirectories(folder.resolve(Long.toString(pid)));
    Files.writeString(process.resolve("stat"), line + "\n");
  }
}
