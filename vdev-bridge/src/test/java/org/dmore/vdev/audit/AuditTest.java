package org.dmore.vdev.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.dmore.rfb.Client;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Credential;
import org.dmore.rfb.Identity;
import org.dmore.rfb.Right;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.ServerMetrics.Refusal;
import org.dmore.vdev.access.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the audit, and what cannot get into it. */
class AuditTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.123456Z");
  private static final String HEAD =
      "{\"time\":\"2026-11-28T12:00:00.123Z\",\"n\":1,\"vm\":\"web1\",\"event\":";

  /** What a line is: an object of texts, numbers and truth values, all in printable ASCII. */
  private static final Pattern OBJECT =
      Pattern.compile(
          "\\{(\"[a-z]+\":(\"([ -!#-\\[\\]-~]|\\\\[\"\\\\]|\\\\u[0-9a-f]{4})*\"|-?\\d+|true|false)"
              + "(,(?=\")|(?=\\}$)))+\\}");

  private final List<String> lines = new ArrayList<>();
  private final TestClock clock = new TestClock(NOW);
  private long nanos;
  private boolean room = true;

  private final Audit audit =
      new Audit(line -> room && lines.add(line), "web1", clock, () -> nanos);

  private static SocketAddress from(String address) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), 4711);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Identity identity(String name, Right... rights) {
    return new Identity(
        name, Set.of(rights), Optional.of(new Credential("token-01", Instant.EPOCH)));
  }

  private static ClientInfo info(long id, String address, Identity identity) {
    return new ClientInfo(
        id,
        from(address),
        "wss",
        ClientInfo.State.RUNNING,
        "3.8",
        "X509Plain",
        identity,
        true,
        "ZRLE",
        NOW,
        Duration.ofSeconds(5),
        100,
        2000);
  }

  private record Viewer(long id, SocketAddress address, Identity identity) implements Client {
    @Override
    public void pauseInput() {}

    @Override
    public void resumeInput() {}

    @Override
    public void relativePointer(boolean relative) {}

    @Override
    public void disconnect(String reason) {}
  }

  /** One of each kind, as the README has them. */
  private void tellAll(String text) {
    String name = text.replaceAll("\\p{C}", "");
    Identity ann = identity(name.length() > 20 ? "ann" : name, Right.VIEW, Right.CONTROL);
    Client viewer = new Viewer(7, from("10.0.0.7"), ann);
    audit.started(true);
    audit.connected(info(7, "10.0.0.7", identity("")));
    audit.refused(from("10.0.0.8"), text, Optional.of("token-02"));
    audit.refused(from("10.0.0.8"), Refusal.BLOCKED, text);
    audit.entered(info(7, "10.0.0.7", ann));
    audit.controlled(info(7, "10.0.0.7", ann));
    audit.controlled(info(8, "::1", ann));
    audit.power(viewer, "RESET", text);
    audit.clipboard(viewer, ServerListener.Direction.TO_GUEST, 1, 12);
    audit.pasted(100);
    audit.pasteEnded("complete", 100);
    audit.moved("hold");
    audit.oneTimeAdded("otp-1", "view", 1, Duration.ofMinutes(1));
    audit.keysSet(List.of("k1", "k2"));
    audit.revoked("token-01", 1);
    audit.revokedBefore(1_764_000_000, 2);
    audit.revokedUser("ann", 1_764_000_000, 2);
    audit.left(info(7, "10.0.0.7", ann), true, text, Duration.ofMillis(61_001));
    room = false;
    audit.moved("lost");
    room = true;
    for (int i = 0; i < 20; i++) {
      audit.refused(from("10.0.0.9"), "wrong-password", Optional.empty());
    }
    nanos += StrangerLimit.WINDOW.toNanos();
    audit.stopped();
  }

  @Test
  void everyKindOfLineIsAnObjectWithTimeNumberVmAndEvent() {
    tellAll("fine");
    Set<String> events = new LinkedHashSet<>();
    for (String line : lines) {
      assertThat(line).matches(OBJECT);
      assertThat(line).startsWith("{\"time\":\"2026-11-28T12:00:00.123Z\",\"n\":");
      events.add(line.replaceAll(".*\"event\":\"([a-z-]+)\".*", "$1"));
    }
    assertThat(events)
        .containsExactly(
            "started",
            "connect",
            "refused",
            "granted",
            "control",
            "power",
            "clipboard",
            "paste",
            "paste-end",
            "move",
            "one-time",
            "issuer-keys",
            "revoked",
            "disconnect",
            "lost",
            "suppressed",
            "stopped");
  }

  @Test
  void aLineTellsWhoAndWhy() {
    tellAll("fine");
    assertThat(lines.get(0)).isEqualTo(HEAD + "\"started\",\"memory\":true}");
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        "\"event\":\"refused\",\"address\":\"10.0.0.8\",\"port\":4711,"
                            + "\"why\":\"authentication\",\"reason\":\"fine\","
                            + "\"credential\":\"token-02\"}"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        "\"event\":\"granted\",\"client\":7,\"address\":\"10.0.0.7\",\"port\":4711,"
                            + "\"user\":\"fine\",\"credential\":\"token-01\",\"right\":\"control\","
                            + "\"transport\":\"wss\",\"security\":\"X509Plain\"}"))
        .anySatisfy(line -> assertThat(line).contains("\"event\":\"control\"", "\"from\":7}"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        "\"granted\":true,\"reason\":\"fine\",\"millis\":61001,"
                            + "\"received\":100,\"sent\":2000}"))
        .anySatisfy(line -> assertThat(line).contains("\"action\":\"reset\",\"result\":\"fine\"}"))
        .anySatisfy(line -> assertThat(line).endsWith("\"before\":1764000000,\"sessions\":2}"));
  }

  @Test
  void noTextCanEndALineOrBeginAnother() {
    Random random = new Random(11);
    StringBuilder wild = new StringBuilder("\"}\n{\"event\":\"granted\"}\r\u001b[2J\\\u2028\u0085");
    for (int i = 0; i < 150; i++) {
      wild.append((char) random.nextInt(0x10000));
    }
    tellAll(wild.toString());
    for (String line : lines) {
      assertThat(line).matches(OBJECT);
      assertThat(line.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    }
    assertThat(lines.stream().filter(line -> line.contains(",\"event\":\"granted\","))).hasSize(1);
  }

  @Test
  void aLongTextIsCut() {
    audit.refused(from("10.0.0.8"), "x".repeat(10_000), Optional.empty());
    assertThat(lines.get(0).length()).isLessThan(600);
  }

  @Test
  void strangersCauseSoManyLinesAMinuteAndTheRestIsCounted() {
    for (int i = 0; i < 100; i++) {
      audit.refused(from("10.0.0.9"), "wrong-password", Optional.empty());
    }
    assertThat(lines).hasSize(15);
    audit.refused(from("10.0.0.10"), "wrong-password", Optional.empty());
    assertThat(lines).hasSize(16);
    nanos += Duration.ofSeconds(61).toNanos();
    audit.sweep();
    assertThat(lines.get(16))
        .endsWith("\"event\":\"suppressed\",\"address\":\"10.0.0.9\",\"lines\":85}");
    audit.refused(from("10.0.0.9"), "wrong-password", Optional.empty());
    assertThat(lines).hasSize(18);
  }

  @Test
  void manyAddressesTogetherCauseNoMore() {
    for (int i = 0; i < 1000; i++) {
      audit.refused(
          from("10.0." + i / 200 + "." + (i % 200 + 1)), Refusal.TOO_MANY, "maxConnections");
    }
    assertThat(lines).hasSize(150);
    // A client of IPv6 may have any address of its network.
    for (int i = 0; i < 100; i++) {
      audit.refused(from("2001:db8::" + i), Refusal.TOO_MANY, "maxConnections");
    }
    nanos += Duration.ofSeconds(61).toNanos();
    audit.sweep();
    long suppressed =
        lines.stream()
            .filter(line -> line.contains("\"suppressed\""))
            .mapToLong(line -> Long.parseLong(line.replaceAll(".*\"lines\":(\\d+).*", "$1")))
            .sum();
    assertThat(suppressed).isEqualTo(1000 + 100 - 150);
  }

  @Test
  void aStrangerWhoseComingIsLeftOutLeavesUnseenButWhoWasLetInIsSeen() {
    Identity nobody = new Identity("", Set.of());
    for (int i = 1; i <= 100; i++) {
      audit.connected(info(i, "10.0.0.9", nobody));
    }
    audit.entered(info(100, "10.0.0.9", identity("ann", Right.VIEW)));
    for (int i = 1; i <= 100; i++) {
      audit.left(info(i, "10.0.0.9", nobody), i == 100, "closed", Duration.ZERO);
    }
    assertThat(lines).hasSize(15 + 2);
    assertThat(lines.get(15)).contains("\"granted\",\"client\":100");
    assertThat(lines.get(16)).contains("\"disconnect\",\"client\":100");
  }

  @Test
  void theWriterPutsAPrefixBeforeEachLineAndWritesItAtOnce() {
    List<String> writes = new ArrayList<>();
    AuditWriter writer =
        new AuditWriter(
            new OutputStream() {
              @Override
              public void write(int b) {
                throw new AssertionError("a byte at a time");
              }

              @Override
              public synchronized void write(byte[] bytes, int from, int length) {
                writes.add(new String(bytes, from, length, StandardCharsets.US_ASCII));
              }
            },
            AuditWriter.CONSOLE_PREFIX);
    assertThat(writer.write("{1}")).isTrue();
    assertThat(writer.write("{2}")).isTrue();
    writer.close();
    assertThat(writes).containsExactly("dmore-audit: {1}\n", "dmore-audit: {2}\n");
    assertThat(writer.write("{3}")).isFalse();
  }

  @Test
  void aConsoleThatTakesNothingHoldsNobodyUpAndWhatIsLostIsTold() {
    Semaphore stuck = new Semaphore(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AuditWriter writer =
        new AuditWriter(
            new OutputStream() {
              @Override
              public void write(int b) {
                throw new AssertionError("a byte at a time");
              }

              @Override
              public void write(byte[] bytes, int from, int length) {
                stuck.acquireUninterruptibly();
                out.write(bytes, from, length);
              }
            },
            "");
    Audit slow = new Audit(writer, "web1", clock, () -> nanos);
    slow.moved("hold");
    await("the writer has taken it").until(stuck::hasQueuedThreads);
    for (int i = 0; i < AuditWriter.ROOM + 100; i++) {
      slow.moved("hold");
    }
    stuck.release(Integer.MAX_VALUE);
    await()
        .until(() -> out.toString(StandardCharsets.US_ASCII).lines().count() >= AuditWriter.ROOM);
    slow.moved("attach");
    writer.close();
    String text = out.toString(StandardCharsets.US_ASCII);
    long held = text.lines().filter(line -> line.contains("\"hold\"")).count();
    assertThat(held).isEqualTo(1 + AuditWriter.ROOM);
    assertThat(text).contains("\"event\":\"lost\",\"lines\":100");
    assertThat(text.lines().skip(held + 1)).hasSize(1).allMatch(line -> line.contains("attach"));
  }

  @Test
  void aFileIsWrittenAfterWhatItHasAndIsItsOwnersAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("audit.jsonl");
    for (int i = 0; i < 2; i++) {
      AuditWriter writer = AuditWriter.toFile(file);
      assertThat(writer.write("{" + i + "}")).isTrue();
      writer.close();
    }
    assertThat(Files.readAllLines(file)).containsExactly("{0}", "{1}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> AuditWriter.toFile(folder.resolve("no/audit")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written");
  }
}
