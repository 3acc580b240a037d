package org.dmore.coordinator.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.vdev.audit.Audit;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.vdev.service.ControlNodes;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a viewer's request for power to dom0 and back; and what a DomR cannot make dom0 do. */
class PowerRequestsTest {
  private static final String VM = PairBench.DOM_U;

  private final PairBench bench = new PairBench();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final List<String> audit = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private EmbeddedDomain domR;
  private PowerRequests requests;
  private Consoled consoled;

  private void start(Duration timeout) throws Exception {
    domR = bench.createDomR(PairBench.DOM_R);
    ConsoledControl.prepare(bench.store(), ConsoleId.only(domR.id()));
    consoled =
        new Consoled(
            ConsoledConfig.builder(VM, "geheim").power(timeout).build(),
            ConsoleSecurity.ofPassword("geheim"),
            new Audit(audit::add, VM, Clock.systemUTC(), System::nanoTime),
            domR.openPorts());
    consoled.start();
  }

  private void follow(PowerActions actions) throws Exception {
    requests =
        new PowerRequests(
            bench.alpha().openDom0Ports().xenStore(),
            ConsoleId.only(domR.id()),
            VM,
            actions,
            Clock.systemUTC());
    requests.start();
  }

  private void record(String vm, PowerAction action) {
    done.add(vm + " " + action);
  }

  private NullClient viewer() throws IOException {
    NullClient client = NullClient.open(consoled.address().getPort());
    assertThat(client.authenticate("geheim")).isZero();
    client.init(true);
    client.setEncodings(NullClient.RAW, NullClient.XVP);
    assertThat(client.read()).isEqualTo(250);
    assertThat(client.xvp()).isEqualTo(1);
    return client;
  }

  private static void ask(NullClient client, int code) throws IOException {
    client.send((byte) 250, (byte) 0, (byte) 1, (byte) code);
  }

  private void write(String node, String text) throws Exception {
    bench.store().write("/local/domain/" + domR.id() + "/" + node, text);
  }

  private String reply() throws Exception {
    return bench
        .store()
        .read("/local/domain/" + domR.id() + "/" + ControlNodes.ONLY.powerReply())
        .orElse("");
  }

  private String power(String result) {
    return audit.stream()
        .filter(line -> line.contains("\"event\":\"power\"") && line.contains(result))
        .findFirst()
        .orElse("");
  }

  @AfterEach
  void close() {
    release.countDown();
    if (requests != null) {
      requests.close();
    }
    if (consoled != null) {
      consoled.close();
    }
    bench.close();
  }

  @Test
  void whatAViewerAsksForIsDoneToItsVmAndItHearsOfNoFailure() throws Exception {
    start(Duration.ofSeconds(20));
    follow(this::record);
    try (NullClient client = viewer()) {
      for (int code = 2; code <= 4; code++) {
        int sofar = code - 1;
        ask(client, code);
        await()
            .atMost(PairBench.SOON)
            .until(
                () ->
                    audit.stream().filter(line -> line.contains("\"result\":\"done\"")).count()
                        == sofar);
      }
      assertThat(done).containsExactly(VM + " SHUTDOWN", VM + " REBOOT", VM + " RESET");
      client.request(false);
      assertThat(client.read()).isZero(); // an update, and no failure before it
      assertThat(power("done")).contains("\"action\":\"shutdown\"");
    }
  }

  @Test
  void aRefusalOfDom0IsAFailureForTheViewerAndTheAuditKnowsWhy() throws Exception {
    start(Duration.ofSeconds(20));
    follow(
        (vm, action) -> {
          throw new IOException("no \"such\" domain");
        });
    try (NullClient client = viewer()) {
      ask(client, 4);
      assertThat(client.read()).isEqualTo(250);
      assertThat(client.xvp()).isZero();
      assertThat(power("failed")).contains("no \\\"such\\\" domain");
    }
  }

  @Test
  void whereNobodyFollowsTheViewerIsToldAndNothingIsDoneLater() throws Exception {
    start(Duration.ofMillis(150));
    try (NullClient client = viewer()) {
      ask(client, 4);
      assertThat(client.read()).isEqualTo(250);
      assertThat(client.xvp()).isZero();
      assertThat(power("failed")).contains("dom0 does not answer");
      follow(this::record);
      requests.close();
      assertThat(done).isEmpty();
    }
  }

  @Test
  void aRequestIsTakenOnceByHoweverMany() throws Exception {
    start(Duration.ofSeconds(20));
    PowerRequests second =
        new PowerRequests(
            bench.alpha().openDom0Ports().xenStore(),
            ConsoleId.only(domR.id()),
            VM,
            this::record,
            Clock.systemUTC());
    second.start();
    follow(this::record);
    try (NullClient client = viewer()) {
      for (int i = 1; i <= 6; i++) {
        ask(client, 3);
        int count = i;
        await().atMost(PairBench.SOON).until(() -> done.size() == count);
        await()
            .atMost(PairBench.SOON)
            .until(
                () ->
                    audit.stream().filter(line -> line.contains("\"result\":\"done\"")).count()
                        == count);
      }
    }
    second.close();
    requests.close();
    assertThat(done).hasSize(6);
  }

  @Test
  void oneThatWasTakenBeforeThisProcessBeganIsNotDoneAgain() throws Exception {
    start(Duration.ofSeconds(20));
    write(ControlNodes.ONLY.powerRequest(), "5 reset client=1 until=99999999999999");
    write(ControlNodes.ONLY.powerReply(), "5 taken");
    follow(this::record);
    requests.close();
    assertThat(done).isEmpty();
    assertThat(reply()).isEqualTo("5 taken");
  }

  @ParameterizedTest
  @CsvSource({
    "6 destroy until=99999999999999, none of shutdown",
    "6 reset, lacks the argument until",
    "6 reset until=soon, is not a number",
    "6 reset until=1000, out of date"
  })
  void aRequestThatMakesNoSenseIsRefused(String request, String reason) throws Exception {
    start(Duration.ofSeconds(20));
    follow(this::record);
    write(ControlNodes.ONLY.powerRequest(), request);
    await().atMost(PairBench.SOON).until(() -> reply().startsWith("6 error"));
    assertThat(ControlMessage.parse(reply()).text("message")).contains(reason);
    assertThat(done).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "reset", "7", "7 RESET", "x reset until=99999999999999", "7 a %zz"})
  void whatIsNoRequestIsPassedOver(String text) throws Exception {
    start(Duration.ofSeconds(20));
    follow(this::record);
    write(ControlNodes.ONLY.powerRequest(), text);
    write(ControlNodes.ONLY.powerRequest(), "8 reset until=99999999999999");
    await().atMost(PairBench.SOON).until(() -> reply().equals("8 ok"));
    assertThat(done).containsExactly(VM + " RESET");
  }

  @Test
  void aDomRThatDiesMeanwhileIsNotBroughtBackToLife() throws Exception {
    start(Duration.ofSeconds(20));
    CountDownLatch begun = new CountDownLatch(1);
    follow(
        (vm, action) -> {
          begun.countDown();
          release.await();
        });
    write(ControlNodes.ONLY.powerRequest(), "9 reset until=99999999999999");
    begun.await();
    String home = "/local/domain/" + domR.id();
    consoled.close();
    bench.store().remove(home);
    release.countDown();
    requests.close();
    assertThat(bench.store().read(home + "/name")).isEmpty();
    assertThat(bench.store().list(home)).isEmpty();
  }

  @Test
  void aClockThatIsALittleOffDoesNotMatter() throws Exception {
    start(Duration.ofSeconds(20));
    Instant now = Instant.parse("2026-11-28T12:00:00Z");
    requests =
        new PowerRequests(
            bench.store(),
            ConsoleId.only(domR.id()),
            VM,
            this::record,
            Clock.fixed(now, ZoneOffset.UTC));
    requests.start();
    for (Map.Entry<Integer, String> one : Map.of(59, "ok", 61, "error").entrySet()) {
      long until = now.minusSeconds(one.getKey()).toEpochMilli();
      write(ControlNodes.ONLY.powerRequest(), one.getKey() + " reset until=" + until);
      await()
          .atMost(PairBench.SOON)
          .until(() -> reply().startsWith(one.getKey() + " " + one.getValue()));
    }
    assertThat(done).hasSize(1);
  }
}
