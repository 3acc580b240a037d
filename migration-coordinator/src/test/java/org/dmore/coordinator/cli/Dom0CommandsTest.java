package org.dmore.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.host.HotplugGuest;
import org.dmore.coordinator.host.PairBench;
import org.dmore.vdev.service.Consoled;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.EventChannels;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantTable;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MigrationOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands of dom0, as an operator gives them. */
class Dom0CommandsTest {
  private static final String DOM_U = PairBench.DOM_U;
  private static final String DOM_R = PairBench.DOM_R;

  private final PairBench bench = new PairBench();

  @AfterEach
  void close() {
    bench.close();
  }

  /** What a command printed, and its exit status. */
  private record Result(int status, String out, String err) {}

  private Result run(ControlPorts ports, String... arguments) {
    return run(() -> new Dom0(ports, () -> {}), arguments);
  }

  private static Result run(Dom0.Source source, String... arguments) {
    CommandLine line = new CommandLine(new Main());
    Main.addDom0Commands(line, source);
    line.setExecutionExceptionHandler(new ErrorMessage());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int status = line.execute(arguments);
    return new Result(status, out.toString(), err.toString());
  }

  private Result run(String... arguments) {
    return run(bench.alpha().openDom0Ports(), arguments);
  }

  @Test
  void attachingOnceEndsWhenBothDevicesWork() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    Result result = run("attach", "--domr", DOM_R, "--domu", DOM_U, "--once");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .startsWith("attached: domr=1 domu=2 takenOver=false\n")
        .contains("served: domr=1\n", "granted: pages=20\n")
        .contains("connected: device=vkbd\n", "connected: device=vfb\n");
    bench.awaitConnected(consoled);
    bench.type(consoled, guest, 30);
  }

  @Test
  void aDomainMayBeNamedByItsNumber() throws Exception {
    bench.startDomR(DOM_R);
    bench.startGuest(DOM_U);
    Result result = run("attach", "--domr", "1", "--domu", "2", "--once", "--json");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("{\"event\":\"attached\",\"domr\":1,\"domu\":2,\"takenOver\":false}\n");
  }

  @Test
  void aDomainThatIsNotThereIsAnErrorThatNamesThoseThatAre() throws Exception {
    bench.startDomR(DOM_R);
    Result result = run("attach", "--domr", DOM_R, "--domu", "web7", "--once");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo("dmore: no domain=web7 on this host: there are web1-console (domid=1)\n");
    assertThat(run("detach", "--domr", "9", "--domu", DOM_U).err()).contains("no domain=9");
  }

  @Test
  void aGuestThatStaysPausedIsNotConnectedInTime() throws Exception {
    bench.startDomR(DOM_R);
    bench.createGuest(DOM_U);
    Result result = run("attach", "--domr", DOM_R, "--domu", DOM_U, "--once", "--wait", "300ms");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("is the guest paused").contains("connected=[]");
  }

  @Test
  void aDomRWithoutConsoledIsToldApart() throws Exception {
    bench.createDomR(DOM_R);
    bench.startGuest(DOM_U);
    Result result = run("attach", "--domr", DOM_R, "--domu", DOM_U, "--once", "--wait", "100ms");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("domain=1 does not serve").contains("does consoled run");
  }

  @Test
  void anAttachmentInTheForegroundEndsAtASignalAndLeavesTheDevices() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    ControlPorts ports = bench.alpha().openDom0Ports();
    CommandLine line = new CommandLine(new Main());
    AttachCommand attach = new AttachCommand(() -> new Dom0(ports, () -> {}));
    line.addSubcommand(attach);
    StringWriter out = new StringWriter();
    line.setOut(new PrintWriter(out));
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(
            () -> line.execute("attach", "--domr", DOM_R, "--domu", DOM_U));
    bench.awaitConnected(consoled);
    attach.stop();
    assertThat(status.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(out.toString()).endsWith("stopped: the devices stay attached\n");
    bench.type(consoled, guest, 30);
  }

  @Test
  void detachingTakesTheDevicesAwayAndEndsTheAttachment() throws Exception {
    bench.startDomR(DOM_R);
    bench.startGuest(DOM_U);
    assertThat(run("attach", "--domr", DOM_R, "--domu", DOM_U, "--once").status()).isZero();
    Result first = run("detach", "--domr", DOM_R, "--domu", DOM_U);
    assertThat(first.out()).isEqualTo("detached: domr=1 domu=2 devices=2 orderly=true\n");
    assertThat(first.status()).isZero();
    Result second = run("detach", "--domr", DOM_R, "--domu", DOM_U);
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err()).contains("nothing was attached");
  }

  @Test
  void consoledIsCommandedWithSeveralVerbsInOneGo() throws Exception {
    bench.startDomR(DOM_R);
    bench.startGuest(DOM_U);
    assertThat(run("attach", "--domr", DOM_R, "--domu", DOM_U, "--once").status()).isZero();
    Result result =
        run("consoled", "--domr", DOM_R, "hold", "drain-millis=100", "detach", "reattach");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("hold: ").contains("drained=true"),
            line -> assertThat(line).isEqualTo("detach: unsettled=0"),
            line -> assertThat(line).startsWith("reattach: ").contains("state="));
    Result refused = run("consoled", "--domr", DOM_R, "fly", "status");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains("refused fly").contains("is not a command");
    assertThat(run("consoled", "--domr", DOM_R, "a=b").status()).isEqualTo(2);
  }

  @Test
  void aSilentConsoledIsToldApart() throws Exception {
    bench.createDomR(DOM_R);
    Result result = run("consoled", "--domr", DOM_R, "--wait", "50ms", "status");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("did not answer status within millis=50: does it run?");
  }

  /** Every step that an operator takes, and nothing else. */
  @Test
  void aPairIsMovedByHandAndNoKeyIsLost() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    EmbeddedDomain domR = bench.alpha().find(DOM_R).orElseThrow();
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach(bench.alpha().openDom0Ports(), DOM_R, DOM_U);
    bench.awaitConnected(consoled);
    bench.type(consoled, guest, 30, 31);
    bench.attach(bench.beta().openDom0Ports(), DOM_R, DOM_U);
    String frame = run("keyboard-frame", "--domu", DOM_U).out();
    assertThat(frame).matches("keyboard: frame=\\d+\n");
    assertThat(run("consoled", "--domr", DOM_R, "hold", "drain-millis=1000", "detach").status())
        .isZero();
    bench.press(consoled, 32, 33);
    var moveR = bench.alpha().migrate(domR, bench.beta(), MigrationOptions.DEFAULT);
    moveR.awaitLanded(PairBench.SOON);
    var moveU = bench.alpha().migrate(guest.domain(), bench.beta(), MigrationOptions.DEFAULT);
    moveU.awaitLanded(PairBench.SOON);
    moveR.complete();
    moveU.complete();
    await("attached at the destination")
        .atMost(PairBench.SOON)
        .until(() -> bench.hasDevices(bench.beta(), guest.domain()));
    bench.beta().unpause(domR);
    Result receipt =
        run(
            bench.beta().openDom0Ports(),
            "receipt",
            "--domu",
            DOM_U,
            "--frame",
            frame.strip().replaceAll(".*=", ""),
            "--domr",
            DOM_R);
    assertThat(receipt.status()).as(receipt.err()).isZero();
    assertThat(receipt.out()).startsWith("consumed: in-cons=4\nreceipt: requeued=0\nattach: ");
    bench.beta().unpause(guest.domain());
    Result verified =
        run(
            bench.beta().openDom0Ports(),
            "consoled",
            "--domr",
            DOM_R,
            "verify",
            "timeout-millis=20000");
    assertThat(verified.out())
        .contains("lost=0", "duplicated=0", "complete=true", "held=4", "delivered-after=4");
    await("the held keys")
        .atMost(PairBench.SOON)
        .untilAsserted(() -> assertThat(guest.pressed()).containsExactly(30, 31, 32, 33));
  }

  @Test
  void aGuestWithoutAKeyboardHasNoFrame() throws Exception {
    bench.startGuest(DOM_U);
    assertThat(run("keyboard-frame", "--domu", DOM_U).err()).contains("shares no keyboard page");
  }

  @Test
  void anotherDomainThanDom0IsSentAway() throws Exception {
    EmbeddedDomain domR = bench.createDomR(DOM_R);
    boolean[] closed = {false};
    ControlPorts dom0 = bench.alpha().openDom0Ports();
    Result result =
        run(
            () -> Dom0.checked(new Dom0(new PortsOf(domR, dom0), () -> closed[0] = true)),
            "keyboard-frame",
            "--domu",
            DOM_U);
    assertThat(result.err())
        .isEqualTo("dmore: this is domain=1 and not dom0: run it on the host itself\n");
    assertThat(closed[0]).isTrue();
  }

  /** A domain's xenstore where dom0's is expected. */
  private record PortsOf(EmbeddedDomain domain, ControlPorts dom0) implements ControlPorts {
    @Override
    public XenStore xenStore() {
      return domain.ports().xenStore();
    }

    @Override
    public GrantTable grantTable() {
      return dom0.grantTable();
    }

    @Override
    public EventChannels eventChannels() {
      return dom0.eventChannels();
    }

    @Override
    public ForeignMemory foreignMemory() {
      return dom0.foreignMemory();
    }
  }
}
