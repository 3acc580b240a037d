package org.dmore.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.shinyhut.vernacular.client.VernacularClient;
import com.shinyhut.vernacular.client.VernacularConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user meets it: a process of its own. */
class DemoProcessTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;
  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private void start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // Of a build in the background, whose children ignore it from their start.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                // As packaged: the tests' class path has logging set up for tests.
                "-Dlogback.configurationFile=logback.xml",
                Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    process = new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
  }

  private int exitStatus() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  private String stderr() throws IOException {
    return Files.readString(folder.resolve("stderr"));
  }

  private static JsonNode json(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    assertThat(line).as("a line on standard output").isNotNull();
    return JsonMapper.builder().build().readTree(line);
  }

  @Test
  void aClientTypesThroughMovesAndTheGuestsLogAndTheReceiptsSayThatNothingWasLost()
      throws Exception {
    Path log = folder.resolve("guest.log");
    Path journal = folder.resolve("journal");
    start(
        "demo",
        "--vnc-port",
        "0",
        "--password",
        "secret",
        "--json",
        "--migrate-every",
        "300ms",
        "--paused-bound",
        "20s",
        "--duration",
        "6s",
        "--guest-log",
        log.toString(),
        "--journal",
        journal.toString());
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    JsonNode ready = json(lines);
    assertThat(ready.required("event").asText()).isEqualTo("ready");
    VernacularConfig config = new VernacularConfig();
    config.setPasswordSupplier(() -> "secret");
    VernacularClient client = new VernacularClient(config);
    client.start(ready.required("host").asText(), ready.required("port").asInt());
    int typed = 0;
    List<JsonNode> receipts = new ArrayList<>();
    JsonNode event = json(lines);
    while (event.required("event").asText().equals("receipt")) {
      receipts.add(event);
      for (int i = 0; i < 50 && client.isRunning(); i++) {
        client.updateKey('a', true);
        client.updateKey('a', false);
        typed++;
      }
      event = json(lines);
    }
    client.stop();
    assertThat(event.required("event").asText()).isEqualTo("stopped");
    assertThat(event.required("exact").asBoolean()).isTrue();
    assertThat(exitStatus()).as(stderr()).isZero();
    assertThat(receipts).hasSizeGreaterThanOrEqualTo(2);
    for (JsonNode receipt : receipts) {
      assertThat(receipt.required("lost").asLong()).isZero();
      assertThat(receipt.required("duplicated").asLong()).isZero();
      assertThat(receipt.required("accepted").asLong())
          .isEqualTo(
              receipt.required("consumedBefore").asLong() + receipt.required("held").asLong());
      assertThat(receipt.required("deliveredAfter").asLong())
          .isEqualTo(receipt.required("held").asLong());
      assertThat(receipt.required("holdMillis").asDouble()).isPositive();
      assertThat(receipt.required("domuDowntimeMillis").asDouble()).isGreaterThanOrEqualTo(50);
      assertThat(receipt.required("domrDowntimeMillis").asDouble()).isGreaterThanOrEqualTo(50);
    }
    List<String> logged = Files.readAllLines(log);
    assertThat(logged).hasSize(event.required("accepted").asInt());
    for (int i = 0; i < logged.size(); i++) {
      assertThat(logged.get(i))
          .isEqualTo(
              "{\"n\":%d,\"kind\":\"key\",\"code\":30,\"pressed\":%s}"
                  .formatted(i + 1, i % 2 == 0));
    }
    assertThat(typed).isGreaterThanOrEqualTo(50);
    assertThat(Files.readAllLines(journal)).anyMatch(line -> line.contains("COMMIT"));
  }

  @Test
  void commandsComeThroughAPipeAndQuitEndsIt() throws Exception {
    start("demo", "--vnc-port", "0", "--paused-bound", "20s");
    try (var commands = process.outputWriter(StandardCharsets.UTF_8)) {
      commands.write(
          "status\nnonsense\nfault\nfault nowhere\nfault stop console\nmigrate\nmigrate\nreceipts\nquit\n");
    }
    assertThat(exitStatus()).as(stderr()).isZero();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out)
        .contains("vncviewer 127.0.0.1::")
        .contains("Ledger[state=LIVE")
        .contains("'nonsense' is no command")
        .contains("fault where?")
        .contains("fault nowhere is not known")
        .contains("was called off")
        .contains("both VMs go on at host=alpha")
        .contains("#2 alpha -> beta")
        .contains("once and in order");
  }

  @Test
  void commandsComeThroughAPipeWithJsonTooAndAPasteIsFinishedBeforeTheEnd() throws Exception {
    Path guestLog = folder.resolve("guest.jsonl");
    start("demo", "--vnc-port", "0", "--json", "--guest-log", guestLog.toString());
    try (var commands = process.outputWriter(StandardCharsets.UTF_8)) {
      commands.write("paste \u00fc\npaste aB\\n\nlocks\nquit\n");
    }
    assertThat(exitStatus()).as(stderr()).isZero();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out.lines()).allMatch(line -> line.startsWith("{\"event\":"));
    assertThat(out)
        .contains("character=U+00FC")
        .contains("{\"event\":\"pasted\",\"end\":\"complete\",\"typed\":3,\"total\":3}")
        .contains("CapsLock is taken to be off")
        .contains("\"event\":\"stopped\",\"exact\":true");
    assertThat(Files.readAllLines(guestLog)).hasSize(8); // a, Shift, B, Return: down and up
  }

  @Test
  void anInterruptEndsItCleanly() throws Exception {
    start("demo", "--vnc-port", "0", "--json");
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    assertThat(json(lines).required("event").asText()).isEqualTo("ready");
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor())
        .isZero();
    assertThat(json(lines).required("event").asText()).isEqualTo("stopped");
    assertThat(exitStatus()).isZero();
  }

  @Test
  void aPortInUseIsSaidWithWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      start("demo", "--vnc-port", Integer.toString(taken.getLocalPort()));
      assertThat(exitStatus()).isEqualTo(1);
      assertThat(stderr())
          .contains("port=" + taken.getLocalPort())
          .contains("in use")
          .contains("--vnc-port")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void aWrongCommandLineIsSaidWithStatusTwo() throws Exception {
    assertRefused("Unknown option: '--frobnicate'", "demo", "--frobnicate");
    assertRefused("--vnc-port=70000", "demo", "--vnc-port", "70000");
    assertRefused("'abc' is not an int", "demo", "--vnc-port", "abc");
    assertRefused("is not a duration", "demo", "--duration", "ten seconds");
    assertRefused("1 to 8 characters", "demo", "--password", "much too long");
    assertRefused("keymap=klingon", "demo", "--keymap", "klingon");
    assertRefused("Missing command");
    assertRefused("Unmatched argument", "frobnicate");
  }

  private void assertRefused(String message, String... arguments) throws Exception {
    start(arguments);
    assertThat(exitStatus()).as(String.join(" ", arguments)).isEqualTo(2);
    assertThat(stderr()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaid() throws Exception {
    start("demo", "--vnc-port", "0", "--guest-log", folder.resolve("no/such/folder").toString());
    assertThat(exitStatus()).isEqualTo(1);
    assertThat(stderr()).contains("guest-log").contains("no/such/folder").doesNotContain("\tat ");
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    start("demo", "--help");
    String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(exitStatus()).isZero();
    assertThat(help)
        .contains("--vnc-host", "--vnc-port", "--password", "--keymap", "--migrate-every")
        .contains("--duration", "--guest-log", "--journal", "--json", "Exit status");
    await().atMost(Duration.ofSeconds(5)).until(() -> !process.isAlive());
  }
}
