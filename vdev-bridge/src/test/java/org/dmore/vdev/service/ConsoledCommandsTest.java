package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.LogRecorder;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostd is answered. */
class ConsoledCommandsTest {
  /** Codes from here on are no modifiers. */
  private static final int FIRST = 130;

  private static final int SHIFT = 42;

  private DeviceBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new DeviceBench();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Map<String, String> ok(String verb, String... arguments) throws Exception {
    ControlMessage reply = bench.command(verb, named(arguments));
    assertThat(reply.verb()).as(reply.format()).isEqualTo("ok");
    return reply.arguments();
  }

  private Map<String, String> okOf(String verb, Map<String, String> arguments) throws Exception {
    ControlMessage reply = bench.command(verb, arguments);
    assertThat(reply.verb()).as(reply.format()).isEqualTo("ok");
    return reply.arguments();
  }

  private String error(String verb, String... arguments) throws Exception {
    ControlMessage reply = bench.command(verb, named(arguments));
    assertThat(reply.verb()).as(reply.format()).isEqualTo("error");
    return reply.text("message");
  }

  private static Map<String, String> named(String... arguments) {
    return arguments.length == 0 ? Map.of() : Map.of(arguments[0], arguments[1]);
  }

  private void awaitConsumed(long count) {
    await("consumed=" + count).atMost(DeviceBench.SOON).until(() -> bench.consumed() == count);
  }

  @Test
  void statusAnswersTheCursors() throws Exception {
    assertThat(ok("status"))
        .containsEntry("state", "detached")
        .containsEntry("connected", "0")
        .containsEntry("accepted", "0");
    bench.connectAll();
    bench.press(30, 31);
    awaitConsumed(2);
    assertThat(ok("status"))
        .containsEntry("state", "live")
        .containsEntry("connected", "2")
        .containsEntry("accepted", "2")
        .containsEntry("published", "2")
        .containsEntry("consumed", "2");
  }

  @Test
  void whatIsPastedIsNotLogged() throws Exception {
    try (LogRecorder log = new LogRecorder()) {
      assertThat(error("paste", "text", "hush-\u4e2d")).contains("U+4E2D");
      assertThat(log.problems()).isNotEmpty().noneMatch(line -> line.contains("hush"));
    }
  }

  @Test
  void holdKeepsKeysAndReleaseGivesThem() throws Exception {
    bench.connectAll();
    bench.press(30);
    assertThat(ok("hold", "drain-millis", "10000"))
        .containsEntry("drained", "true")
        .containsEntry("state", "held");
    bench.press(31, 32);
    bench.settle();
    assertThat(bench.guest().pressed()).containsExactly(30);
    assertThat(ok("release")).isEmpty();
    awaitConsumed(3);
    assertThat(bench.guest().pressed()).containsExactly(30, 31, 32);
  }

  @Test
  void dom0CanReadHowMuchWaits() throws Exception {
    bench.connectAll();
    String node = "/local/domain/" + bench.domR().id() + "/" + ControlNodes.ONLY.waiting();
    assertThat(bench.store().read(node)).isEmpty();
    assertThat(ok("hold", "drain-millis", "10000")).containsEntry("drained", "true");
    await().atMost(DeviceBench.SOON).until(() -> bench.store().read(node).equals(Optional.of("0")));
    bench.press(31, 32);
    await().atMost(DeviceBench.SOON).until(() -> bench.store().read(node).equals(Optional.of("2")));
    assertThat(ok("detach")).containsEntry("unsettled", "0");
    bench.press(33);
    await().atMost(DeviceBench.SOON).until(() -> bench.store().read(node).equals(Optional.of("3")));
    assertThat(ok("reattach")).containsEntry("accepted", "3");
    awaitConsumed(3);
    await().atMost(DeviceBench.SOON).until(() -> bench.store().read(node).equals(Optional.of("0")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "0", "50"})
  void holdWaitsNoLongerThanItsDeadline(String millis) throws Exception {
    bench.connectAll();
    bench.guest().stall(true);
    bench.press(30);
    assertThat(ok("hold", "drain-millis", millis)).containsEntry("drained", "false");
    bench.guest().stall(false);
    assertThat(ok("hold", "drain-millis", "10000")).containsEntry("drained", "true");
  }

  @Test
  void aMoveThatIsCalledOffLosesAndDoublesNothing() throws Exception {
    bench.connectAll();
    bench.guest().stall(true);
    bench.press(IntStream.range(FIRST, FIRST + 60).toArray());
    assertThat(ok("detach")).containsEntry("unsettled", "51");
    assertThat(bench.ledgerState()).isEqualTo(Ledger.State.DETACHED);
    bench.guest().stall(false); // consumed out of the guest's own page, while we are away
    bench.press(FIRST + 60);
    assertThat(ok("reattach")).containsEntry("accepted", "61");
    bench.awaitKeyboard();
    awaitConsumed(61);
    assertThat(bench.guest().pressed())
        .containsExactlyElementsOf(IntStream.range(FIRST, FIRST + 61).boxed().toList());
  }

  @Test
  void aModifierThatTheMovedGuestLetGoOfIsPressedFirstAndIsInNoOtherCount() throws Exception {
    bench.connectAll();
    bench.press(SHIFT, 30);
    awaitConsumed(2);
    bench.guest().stall(true);
    bench.press(31);
    assertThat(ok("detach")).containsEntry("unsettled", "1");
    bench.press(32);
    bench.guest().suspendKeyboard(true);
    bench.guest().stall(false);
    assertThat(bench.guest().held()).isEmpty();
    assertThat(ok("receipt", "in-cons", "2")).containsEntry("requeued", "1");
    assertThat(ok("attach")).containsKey("connected");
    bench.seedUntilShown();
    assertThat(ok("verify", "timeout-millis", "10000"))
        .containsEntry("complete", "true")
        .containsEntry("accepted", "4")
        .containsEntry("consumed-before", "2")
        .containsEntry("held", "2")
        .containsEntry("delivered-after", "2")
        .containsEntry("lost", "0")
        .containsEntry("duplicated", "0")
        .containsEntry("pressed-again", "1");
    assertThat(bench.guest().pressed()).containsExactly(SHIFT, 30, SHIFT, 31, 32);
    assertThat(bench.guest().held()).containsExactlyInAnyOrder(SHIFT, 31, 32);
  }

  @Test
  void aModifierIsPressedAgainWhereTheMoveWasCalledOff() throws Exception {
    bench.connectAll();
    bench.press(SHIFT);
    awaitConsumed(1);
    assertThat(ok("detach")).containsEntry("unsettled", "0");
    bench.guest().suspendKeyboard(false);
    bench.press(30);
    assertThat(ok("reattach")).containsEntry("accepted", "2");
    awaitConsumed(2);
    assertThat(bench.guest().pressed()).containsExactly(SHIFT, SHIFT, 30);
    assertThat(bench.guest().held()).containsExactlyInAnyOrder(SHIFT, 30);
  }

  @Test
  void aReceiptIsRefusedBeforeDetach() throws Exception {
    assertThat(error("receipt", "in-cons", "0")).contains("no move is under way");
  }

  @Test
  void aReceiptSaysWhatWaitsAgain() throws Exception {
    bench.connectAll();
    bench.guest().stall(true);
    bench.press(30, 31, 32);
    assertThat(ok("detach")).containsEntry("unsettled", "3");
    assertThat(ok("receipt", "in-cons", "1")).containsEntry("requeued", "2");
    assertThat(ok("status")).containsEntry("published", "1").containsEntry("consumed", "1");
  }

  /** The guest is hostile: where it says that it stopped may be anywhere. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "14", "64", "4294967295", "2147483648"})
  void aReceiptThatCannotBeCountsAsUnknown(String consumer) throws Exception {
    bench.connectAll();
    bench.press(30, 31);
    awaitConsumed(2);
    bench.guest().stall(true);
    bench.press(IntStream.rangeClosed(1, 11).toArray());
    assertThat(ok("detach")).containsEntry("unsettled", "11");
    assertThat(ok("receipt", "in-cons", consumer)).containsEntry("requeued", "0");
    assertThat(ok("attach")).containsKey("connected");
    bench.awaitKeyboard();
    assertThat(ok("verify", "timeout-millis", "50")).containsEntry("lost", "11");
  }

  @Test
  void aReceiptIsCountedThroughTheWrapOfTheIndices() throws Exception {
    assertThat(ok("detach")).containsEntry("unsettled", "0");
    bench.guest().probeKeyboardAt(-2); // while nobody looks
    assertThat(ok("reattach")).containsEntry("accepted", "0");
    bench.awaitKeyboard();
    bench.guest().stall(true);
    bench.press(30, 31, 32);
    assertThat(ok("detach")).containsEntry("unsettled", "2"); // 0 shares its slot with 2^32 - 1
    assertThat(ok("receipt", "in-cons", "4294967295")).containsEntry("requeued", "1");
  }

  @Test
  void aReceiptThatNobodyKnowsCountsAsLost() throws Exception {
    bench.connectAll();
    bench.guest().stall(true);
    bench.press(30, 31, 32);
    assertThat(ok("detach")).containsEntry("unsettled", "3");
    assertThat(ok("receipt", "in-cons", "unknown")).containsEntry("requeued", "0");
    assertThat(ok("attach")).containsKey("connected");
    bench.awaitKeyboard();
    assertThat(ok("verify", "timeout-millis", "50"))
        .containsEntry("complete", "false")
        .containsEntry("lost", "3");
  }

  @Test
  void aPasteInPartsIsTypedWhenTheLastHasCome() throws Exception {
    bench.connectAll();
    assertThat(error("paste", "text", "gr\u00fcn"))
        .isEqualTo(
            "character=U+00FC '\u00fc' at=3 cannot be typed on keymap=us: nothing was typed");
    assertThat(okOf("paste", Map.of("text", "a b%", "more", "true"))).containsEntry("kept", "4");
    assertThat(ok("paste-status")).containsEntry("state", "none");
    assertThat(okOf("paste", Map.of("text", "\r\ny"))).containsEntry("total", "6");
    await("typed")
        .atMost(DeviceBench.SOON)
        .until(() -> ok("paste-status").get("state").equals("complete"));
    assertThat(ok("paste-status"))
        .containsEntry("typed", "6")
        .containsEntry("consumed", "6")
        .containsEntry("total", "6");
    assertThat(bench.guest().pressed()).containsExactly(30, 57, 48, 42, 6, 28, 21);
  }

  @Test
  void aPasteIsPacedByTheGuestAndCanBeCalledOff() throws Exception {
    bench.connectAll();
    bench.guest().stall(true);
    assertThat(ok("paste", "text", "x".repeat(900))).containsEntry("total", "900");
    Map<String, String> status = ok("paste-status");
    assertThat(status).containsEntry("state", "typing").containsEntry("consumed", "0");
    assertThat(Integer.parseInt(status.get("typed"))).isBetween(1, 10);
    assertThat(error("paste", "text", "y")).contains("a paste is under way", "total=900");
    Map<String, String> cancelled = ok("paste-cancel");
    assertThat(cancelled).containsEntry("state", "cancelled");
    bench.guest().stall(false);
    int typed = Integer.parseInt(cancelled.get("typed"));
    awaitConsumed(2L * typed);
    assertThat(bench.guest().pressed()).hasSize(typed);
    assertThat(ok("paste", "text", "y")).containsEntry("total", "1");
  }

  @Test
  void aPasteGoesOnWhereItWasAfterAMoveAndEndsWithItsGuest() throws Exception {
    bench.connectAll();
    bench.guest().stall(true);
    assertThat(ok("paste", "text", "abcdefghij".repeat(20))).containsEntry("total", "200");
    assertThat(ok("detach")).containsKey("unsettled");
    bench.guest().stall(false);
    assertThat(ok("reattach")).containsKey("state");
    await("typed")
        .atMost(DeviceBench.SOON)
        .until(() -> ok("paste-status").get("state").equals("complete"));
    assertThat(bench.guest().pressed()).hasSize(200).startsWith(30, 48, 46).endsWith(23, 36);

    bench.guest().stall(true);
    assertThat(ok("paste", "text", "z".repeat(200))).containsEntry("total", "200");
    bench.guest().removeKeyboard();
    bench.awaitNoKeyboard();
    bench.guest().stall(false);
    bench.guest().probeKeyboard();
    bench.awaitKeyboard();
    assertThat(ok("paste-status")).containsEntry("state", "guest-restarted");
  }

  @Test
  void capsLockIsWhatItIsSaidToBe() throws Exception {
    assertThat(ok("locks")).containsEntry("caps", "off");
    assertThat(ok("locks", "caps", "on")).containsEntry("caps", "on");
    assertThat(error("locks", "caps", "maybe")).contains("neither on nor off");
    assertThat(ok("locks")).containsEntry("caps", "on");
  }

  @Test
  void verifySaysWhatIsMissingWhenItsTimeIsOver() throws Exception {
    assertThat(error("verify", "timeout-millis", "20"))
        .isEqualTo("the keyboard is not back: attached devices=2 connected=0");
  }

  @ParameterizedTest
  @CsvSource({
    "dance, , , is not a command",
    "hold, , , lacks the argument drain-millis",
    "hold, drain-millis, soon, is not a number",
    "verify, , , lacks the argument timeout-millis",
    "receipt, , , lacks the argument in-cons",
    "receipt, in-cons, some, is not a number",
    "receipt, in-cons, -1, is not in 0..4294967295",
    "receipt, in-cons, 4294967296, is not in 0..4294967295"
  })
  void whatCannotBeDoneIsAnsweredWithAReason(String verb, String name, String value, String reason)
      throws Exception {
    String message = name == null ? error(verb) : error(verb, name, value);
    assertThat(message).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "7 HOLD", "7 hold x", "7 hold a=%zz", "7 \u00e4", "7  status"})
  void aLineThatHasANumberAtLeastIsAnswered(String text) throws Exception {
    ControlMessage reply = bench.raw(7, text);
    assertThat(reply.verb()).isEqualTo("error");
    assertThat(reply.text("message")).isNotEmpty();
  }

  @Test
  void aLongLineIsAnsweredWithAShortOne() throws Exception {
    ControlMessage reply = bench.raw(7, "7 hold " + "z".repeat(3500));
    assertThat(reply.text("message").length()).isLessThan(1100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "hold", "\n\n", "99999999999999999999 status"})
  void aLineWithoutANumberIsPassedOver(String text) throws Exception {
    bench
        .store()
        .write("/local/domain/" + bench.domR().id() + "/" + ControlNodes.ONLY.command(), text);
    assertThat(ok("status")).containsKey("state");
  }

  @Test
  void aCommandThatIsSeenTwiceIsCarriedOutOnce() throws Exception {
    bench.connectAll();
    assertThat(bench.raw(500, "500 hold drain-millis=0").isOk()).isTrue();
    assertThat(ok("release")).isEmpty();
    assertThat(bench.raw(501, "501 hold drain-millis=0").isOk()).isTrue();
    Object unused =
        bench
            .consoled()
            .query(
                console -> {
                  console.release();
                  return "";
                });
    String node = "/local/domain/" + bench.domR().id() + "/" + ControlNodes.ONLY.command();
    bench.store().write(node, "501 hold drain-millis=0"); // its watch fires again
    bench.store().write(node + "/below", ""); // and again
    bench.assertLoopIsPrompt();
    assertThat(ok("status")).containsEntry("state", "live");
  }

  @Test
  void aCommandThatWasAnsweredIsNotForADaemonThatIsStartedAgain() throws Exception {
    bench.connectAll();
    assertThat(bench.raw(900, "900 locks caps=on").isOk()).isTrue();
    bench.consoled().close();
    try (Consoled next =
        new Consoled(ConsoledConfig.forGuest("guest", ""), bench.domR().openPorts())) {
      next.start();
      assertThat(bench.raw(901, "901 status").isOk()).isTrue();
      await("taken over").atMost(DeviceBench.SOON).until(next::isConnected);
      boolean capsLock = next.query(GuestConsole::capsLock);
      assertThat(capsLock).isFalse();
    }
  }
}
