package org.dmore.benchmarks.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dom0's side is its own script, run by this machine's shell. */
class Dom0Test {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private ChannelServer server;
  private Dom0 dom0;

  @BeforeEach
  void serve() throws IOException {
    server = new ChannelServer(folder);
    dom0 = new Dom0(1, server.address(), folder.resolve("log"));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void givesStatusAndBothOutputsOfAScript() throws LabException {
    CommandResult result = dom0.run(LIMIT, "echo out; echo 'err\u00e4' >&2; exit 3");
    assertThat(result).isEqualTo(new CommandResult(3, "out\n", "err\u00e4\n"));
  }

  @Test
  void passesAScriptOfManyLinesAsItIs() throws LabException {
    assertThat(dom0.check("x='a \"b\" $c'\nprintf '%s\\n' \"$x\"\ncat <<'END'\n$d\nEND\n"))
        .isEqualTo("a \"b\" $c\n$d");
  }

  @Test
  void quotesAnyWordForTheShell() throws LabException {
    String word = "it's $HOME `id` \\ \"x\"\nand more";
    assertThat(dom0.check("printf %s " + Dom0.quoted(word))).isEqualTo(word);
  }

  @Test
  void givesOutputThatIsLargerThanAnyBuffer() throws LabException {
    assertThat(dom0.run(LIMIT, "seq 200000").out().lines()).hasSize(200_000);
  }

  @Test
  void saysWhatAScriptSaidThatFailed() {
    assertThatThrownBy(() -> dom0.check("echo no such thing >&2; exit 4"))
        .isInstanceOf(LabException.class)
        .hasMessageContainingAll("host=1", "status=4", "no such thing");
  }

  @Test
  void killsAScriptAtTheLimitWithWhatItStarted() throws IOException {
    Path pids = folder.resolve("pids");
    assertThatThrownBy(
            () ->
                dom0.run(
                    Duration.ofSeconds(1),
                    "sleep 300 & echo $! > %s.new; echo $$ >> %1$s.new; mv %1$s.new %1$s; wait"
                        .formatted(pids)))
        .isInstanceOf(LabException.class)
        .hasMessageContainingAll("limit=1s", "sleep 300");
    for (String pid : Files.readAllLines(pids)) {
      await().until(() -> !ProcessHandle.of(Long.parseLong(pid)).map(this::runs).orElse(false));
    }
    await().until(() -> workFolders() == 0);
  }

  @Test
  void leavesRunningWhatHasASessionOfItsOwn() throws LabException {
    String pid = dom0.check("setsid sleep 300 < /dev/null > /dev/null 2>&1 & echo $!");
    ProcessHandle job = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    assertThat(job.isAlive()).isTrue();
    job.destroy();
  }

  @Test
  void copiesFilesByteForByte() throws IOException {
    byte[] content = new byte[300_001];
    new Random(7).nextBytes(content);
    Path file = folder.resolve("a folder/not there/f");
    dom0.upload(content, file.toString(), true);
    assertThat(file).hasBinaryContent(content);
    assertThat(Files.isExecutable(file)).isTrue();
    assertThat(dom0.download(file.toString())).isEqualTo(content);
  }

  @Test
  void copiesAnEmptyFile() throws IOException {
    Path file = folder.resolve("empty");
    dom0.upload(new byte[0], file.toString(), false);
    assertThat(file).isEmptyFile();
    assertThat(dom0.download(file.toString())).isEmpty();
  }

  @Test
  void saysWhichFileIsNotThere() {
    assertThatThrownBy(() -> dom0.download("/nowhere/at all"))
        .isInstanceOf(LabException.class)
        .hasMessageContainingAll("host=1", "file=/nowhere/at all");
  }

  @Test
  void saysThatAHostDoesNotAnswer() throws IOException {
    InetSocketAddress nobody = server.address();
    server.close();
    Dom0 dead = new Dom0(2, nobody, folder);
    assertThatThrownBy(() -> dead.run(LIMIT, ":"))
        .isInstanceOf(LabException.class)
        .hasMessageContainingAll("host=2", "does not answer", "dmore lab status");
  }

  @Test
  void isNotBootedWhenTheEmulatorHasEnded() throws IOException {
    InetSocketAddress nobody = server.address();
    server.close();
    Dom0 dead = new Dom0(2, nobody, folder);
    assertThatThrownBy(
            () ->
                dead.awaitBoot(
                    LIMIT,
                    () -> {
                      throw new LabException("QEMU has ended");
                    }))
        .isInstanceOf(BootException.class)
        .hasMessageContainingAll("host=2", "QEMU has ended");
  }

  @Test
  void leavesNothingOfACommandBehind() throws IOException {
    dom0.check(":");
    assertThat(dom0.run(LIMIT, "exit 9").status()).isEqualTo(9);
    await().until(() -> workFolders() == 0);
  }

  @Test
  void readsGuestsNamesAsXlTellsThem() throws IOException {
    assertThat(dom0.domainId("nobody")).isEmpty();
    assertThat(new String(dom0.download("/etc/hostname"), UTF_8)).isNotBlank();
  }

  private boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private long workFolders() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("channel-")).count();
    }
  }
}
