package org.dmore.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTest {
  @TempDir private Path folder;

  private Peer peer(Duration patience, String script) throws IOException {
    Peer peer = new Peer("Mute", folder.resolve("log"), patience);
    peer.startApplication(Map.of(), List.of("sh", "-c", script));
    return peer;
  }

  @Test
  void anApplicationSaysWhereToConnectAndAnswers() throws Exception {
    try (Peer peer = peer(Duration.ofSeconds(10), "echo ready 5907; printf kk; exec sleep 60")) {
      peer.awaitReady(0);
      peer.awaitAnswer();
      peer.awaitAnswer();

      assertThat(peer.address().getPort()).isEqualTo(5907);
      assertThat(peer.address().getAddress().isLoopbackAddress()).isTrue();
      assertThat(peer.cpuSeconds()).isNotNegative();
    }
  }

  @Test
  void aKeyThatIsNotAnsweredInTimeIsAnErrorThatNamesTheServer() throws Exception {
    try (Peer peer = peer(Duration.ofMillis(200), "echo ready; echo no idea >&2; exec sleep 60")) {
      peer.awaitReady(5908);

      assertThatThrownBy(peer::awaitAnswer)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("subject=Mute: a key event was not answered within 200 ms")
          .hasMessageContaining("no idea");
    }
  }

  @Test
  void anApplicationThatEndsIsNotWaitedFor() throws Exception {
    try (Peer peer = peer(Duration.ofSeconds(60), "echo ready")) {
      peer.awaitReady(5908);

      assertThatThrownBy(peer::awaitAnswer).hasMessageContaining("subject=Mute: it ended before");
    }
  }

  @Test
  void oneThatDoesNotStartSaysWhatItSaid() throws Exception {
    try (Peer peer = peer(Duration.ofSeconds(60), "echo no such display >&2; exit 1")) {
      assertThatThrownBy(() -> peer.awaitReady(5908))
          .hasMessageContaining("subject=Mute: it did not start; its log ends: no such display");
    }
    try (Peer peer = peer(Duration.ofSeconds(60), "echo usage: none")) {
      assertThatThrownBy(() -> peer.awaitReady(5908))
          .hasMessageContaining("it said 'usage: none' instead of being ready");
    }
  }

  @Test
  void aProcessIsAskedALineAndAnswersOne() throws Exception {
    try (Peer peer = new Peer("Echo", folder.resolve("log"), Duration.ofSeconds(60))) {
      Process echo =
          peer.startApplication(
              Map.of(), List.of("sh", "-c", "read line; echo \"$line too\"; read line"));

      assertThat(peer.ask(echo, "one")).isEqualTo("one too");
      assertThatThrownBy(() -> peer.ask(echo, "two"))
          .hasMessageContaining("subject=Echo: it ended before it answered 'two'");
    }
  }

  @Test
  void oneProcessEndsBeforeTheOthers() throws Exception {
    try (Peer peer = new Peer("Sleeper", folder.resolve("log"), Duration.ofSeconds(10))) {
      Process first = peer.start(Map.of(), Redirect.PIPE, List.of("sleep", "60"));
      Process second = peer.start(Map.of(), Redirect.PIPE, List.of("sleep", "60"));

      peer.end(first);

      assertThat(first.isAlive()).isFalse();
      assertThat(second.isAlive()).isTrue();
      assertThat(peer.cpuSeconds()).isNotNegative();
    }
  }

  @Test
  void closingEndsAllItsProcesses() throws Exception {
    List<Process> started;
    try (Peer peer = new Peer("Sleeper", folder.resolve("log"), Duration.ofSeconds(10))) {
      started =
          List.of(
              peer.start(Map.of(), Redirect.PIPE, List.of("sleep", "60")),
              peer.start(Map.of(), Redirect.PIPE, List.of("sleep", "60")));
      assertThat(started).allMatch(Process::isAlive);
    }
    assertThat(started).noneMatch(Process::isAlive);
  }
}
