package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.wire.KbdifEvent;
import org.junit.jupiter.api.Test;

/** Modifiers that are held while a guest moves, which lets go of all keys. */
class HeldModifiersTest {
  private static final int SHIFT = LinuxInput.KEY_LEFTSHIFT;
  private static final int CTRL = LinuxInput.KEY_LEFTCTRL;
  private static final int A = LettingGoGuest.code('a');
  private static final int B = LettingGoGuest.code('b');

  /** XT scancodes of modifiers and the keys that they are. */
  private static final int[][] MODIFIERS = {
    {0x2a, LinuxInput.KEY_LEFTSHIFT},
    {0x36, LinuxInput.KEY_RIGHTSHIFT},
    {0x1d, LinuxInput.KEY_LEFTCTRL},
    {0x9d, LinuxInput.KEY_RIGHTCTRL},
    {0x38, LinuxInput.KEY_LEFTALT},
    {0xb8, LinuxInput.KEY_RIGHTALT},
    {0xdb, LinuxInput.KEY_LEFTMETA},
    {0xdc, LinuxInput.KEY_RIGHTMETA},
  };

  private final Ledger ledger = new Ledger(64, () -> {});
  private final LettingGoGuest guest = new LettingGoGuest();

  private void press(int code) {
    ledger.accept(KbdifEvent.key(true), code, 0, 0);
  }

  private void release(int code) {
    ledger.accept(KbdifEvent.key(false), code, 0, 0);
  }

  private void type(int code) {
    press(code);
    release(code);
  }

  private void consumeAll() {
    while (!ledger.isDrained() || ledger.waiting() > 0) {
      guest.consume(51);
      ledger.ringAdvanced();
    }
  }

  /** Parts from the guest, which consumes so much more, and then is suspended. */
  private void detach(int consumedMeanwhile) {
    ledger.hold();
    ledger.detach();
    guest.consume(consumedMeanwhile);
    guest.letGo();
  }

  private void arrive() {
    ledger.settle(guest.ring().unconsumed());
    ledger.attachMoved(guest.newRing());
  }

  private void assertNothingLostOrDoubled() {
    assertThat(ledger.consumed()).isEqualTo(ledger.accepted());
    assertThat(ledger.consumedBySlots()).isEqualTo(ledger.accepted());
    assertThat(guest.fingerprint().count()).isEqualTo(ledger.accepted() + ledger.pressedAgain());
    assertThat(ledger.fingerprint().count()).isEqualTo(guest.fingerprint().count());
    assertThat(ledger.fingerprint().hash()).isEqualTo(guest.fingerprint().hash());
  }

  @Test
  void aModifierThatIsHeldIsPressedAgainBeforeWhatWaited() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    type(A);
    consumeAll();
    detach(0);
    type(B);
    arrive();
    type(A);
    release(SHIFT);
    type(B);
    consumeAll();
    assertThat(guest.text()).isEqualTo("ABAb");
    assertThat(guest.events())
        .containsExactly(
            "+42", "+30", "-30", "+42", "+48", "-48", "+30", "-30", "-42", "+48", "-48");
    assertThat(ledger.pressedAgain()).isEqualTo(1);
    assertNothingLostOrDoubled();
  }

  @Test
  void whatWasDownIsReckonedByWhatTheGuestConsumedAndNotByWhatStoodInItsRing() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    type(A);
    release(SHIFT);
    press(CTRL);
    type(B);
    release(CTRL);
    detach(2); // Shift and A
    arrive();
    consumeAll();
    assertThat(guest.text()).isEqualTo("A^b");
    assertThat(guest.events())
        .containsExactly("+42", "+30", "+42", "-30", "-42", "+29", "+48", "-48", "-29");
    assertThat(guest.down().isEmpty()).isTrue();
    assertNothingLostOrDoubled();
  }

  @Test
  void aModifierWhosePressIsGivenBackIsNotPressedTwice() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    type(A);
    detach(0);
    arrive();
    consumeAll();
    assertThat(guest.events()).containsExactly("+42", "+30", "-30");
    assertThat(ledger.pressedAgain()).isZero();
    assertNothingLostOrDoubled();
  }

  @Test
  void lettersAndButtonsAreNotPressedAgain() {
    ledger.attachFresh(guest.ring());
    press(A);
    press(LinuxInput.BTN_LEFT);
    consumeAll();
    detach(0);
    arrive();
    release(A);
    release(LinuxInput.BTN_LEFT);
    consumeAll();
    assertThat(guest.events()).containsExactly("+30", "+272", "-30", "-272");
    assertNothingLostOrDoubled();
  }

  @Test
  void aMoveThatFollowsBeforeThePressesWereConsumedPressesOnce() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    press(CTRL);
    consumeAll();
    for (int move = 0; move < 5; move++) {
      detach(0);
      type(A);
      arrive();
      assertThat(guest.ring().unconsumed()).isEqualTo(2 + 2 * (move + 1));
    }
    assertThat(ledger.pressedAgain()).isEqualTo(2);
    consumeAll();
    assertThat(guest.text()).isEqualTo("^A".repeat(5));
    assertNothingLostOrDoubled();
  }

  @Test
  void pressesOfWhichTheGuestTookApartAreSettledAsSuch() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    press(CTRL);
    consumeAll();
    detach(0);
    type(A);
    arrive();
    detach(1); // one of the two presses
    assertThat(ledger.unsettled()).isEqualTo(4);
    assertThat(ledger.settle(guest.ring().unconsumed())).isEqualTo(2);
    ledger.attachMoved(guest.newRing());
    consumeAll();
    assertThat(guest.text()).isEqualTo("^A");
    assertThat(ledger.pressedAgain()).isEqualTo(3);
    assertNothingLostOrDoubled();
  }

  @Test
  void aMoveThatIsCalledOffPressesAfterWhatStandsInTheRing() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    consumeAll();
    detach(0); // suspended, and resumed where it was
    type(A);
    ledger.attachSame(guest.ring());
    consumeAll();
    assertThat(guest.text()).isEqualTo("A");
    assertNothingLostOrDoubled();

    ledger.hold();
    ledger.detach();
    release(SHIFT);
    type(B);
    ledger.attachSame(guest.ring()); // never suspended: Shift is down, and pressed once more
    consumeAll();
    assertThat(guest.text()).isEqualTo("Ab");
    assertThat(guest.down().isEmpty()).isTrue();
    assertNothingLostOrDoubled();
  }

  @Test
  void aMoveThatIsCalledOffTwiceWhileTheGuestSleepsPressesOnce() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    consumeAll();
    for (int round = 0; round < 3; round++) {
      type(A);
      detach(0);
      type(B);
      ledger.attachSame(guest.ring());
    }
    assertThat(ledger.pressedAgain()).isEqualTo(1);
    consumeAll();
    // The first letter stood in the ring when the guest let go: it cannot be helped.
    assertThat(guest.text()).isEqualTo("aBABAB");
    assertNothingLostOrDoubled();
  }

  @Test
  void aHoldThatIsReleasedPressesAgainSinceTheGuestMayHaveBeenSuspended() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    consumeAll();
    ledger.hold();
    guest.letGo();
    type(A);
    ledger.release();
    consumeAll();
    assertThat(guest.text()).isEqualTo("A");
    assertNothingLostOrDoubled();
  }

  @Test
  void pressesWaitForRoomAndNothingOvertakesThem() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    press(CTRL);
    consumeAll();
    guest.ring().size = 3;
    type(A);
    detach(0);
    type(B);
    ledger.attachSame(guest.ring()); // room for one, and two are to be pressed
    assertThat(guest.ring().unconsumed()).isEqualTo(2);
    consumeAll();
    assertThat(guest.events())
        .containsExactly("+42", "+29", "+30", "-30", "+42", "+29", "+48", "-48");
    assertNothingLostOrDoubled();
  }

  @Test
  void aGuestThatStartsAnewGetsWhatIsStillHeldAndNothingElse() {
    ledger.attachFresh(guest.ring());
    press(SHIFT);
    press(CTRL);
    consumeAll();
    ledger.detach();
    guest.letGo();
    release(CTRL);
    type(A);
    ledger.abandonUnsettled();
    ledger.attachFresh(guest.newRing());
    consumeAll();
    assertThat(guest.events()).containsExactly("+42", "+29", "+42", "-29", "+30", "-30");
    assertThat(guest.text()).isEqualTo("A");
    release(SHIFT);
    consumeAll();
    assertThat(guest.down().isEmpty()).isTrue();
    assertNothingLostOrDoubled();
  }

  @Test
  void aGuestThatStartsAnewAndMovesBeforeItTookAnythingGetsNoModifiersOfTheTimeBefore() {
    ledger.attachFresh(guest.ring());
    press(CTRL);
    consumeAll();
    ledger.detach();
    guest.letGo();
    release(CTRL);
    ledger.attachFresh(guest.newRing());
    detach(0);
    arrive();
    consumeAll();
    assertThat(guest.events()).containsExactly("+29", "-29");
    assertNothingLostOrDoubled();
  }

  @Test
  void whatIsPressedAgainAllocatesNothingWhileKeysAreConsumed() {
    InputHub hub = new InputHub(1 << 16, Keymap.load("us"), Runnable::run);
    hub.ledger().attachFresh(new DirectRing((word0, word1, word2, word3) -> {}));
    InputSink viewer = hub.open(new FakeClient());
    Runnable round =
        () -> {
          viewer.key(true, 'A', 0);
          viewer.key(false, 'A', 0);
          hub.ledger().ringAdvanced();
          hub.ledger().hold();
          hub.ledger().release();
        };
    viewer.key(true, 0xffe1, 0);
    for (int i = 0; i < 20_000; i++) {
      round.run();
    }
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      round.run();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).as("bytes for 40,000 messages").isLessThan(10_000);
    assertThat(hub.ledger().pressedAgain()).isEqualTo(40_000);
  }

  /** Random typing with modifiers, random moves with random remainders in the ring. */
  @Test
  void whatTheGuestReadsIsWhatWasTypedWhateverMoves() {
    int presses = 0;
    int requeued = 0;
    for (long seed = 1; seed <= 150; seed++) {
      Model model = new Model(seed);
      model.run();
      presses += (int) model.hub.ledger().pressedAgain();
      requeued += model.requeued;
    }
    assertThat(presses).as("modifiers pressed again: moves and modifiers met").isGreaterThan(2_500);
    assertThat(requeued).as("events given back").isGreaterThan(2_500);
  }

  private static final class Model {
    private final long seed;
    private final Random random;
    private final InputHub hub = new InputHub(1 << 12, Keymap.load("us"), Runnable::run);
    private final Ledger ledger = hub.ledger();
    private final InputSink viewer = hub.open(new FakeClient());
    private final LettingGoGuest guest = new LettingGoGuest();
    private final BitSet held = new BitSet();
    private final StringBuilder typed = new StringBuilder();
    private int requeued;

    Model(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      ledger.attachFresh(guest.ring());
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> typeSomething();
          case 3 -> turnModifier();
          case 4 -> {
            guest.consume(random.nextInt(60));
            ledger.ringAdvanced();
          }
          case 5 -> guest.consume(random.nextInt(10)); // and no notification
          case 6 -> move();
          default -> callOff();
        }
      }
      consumeAll();
      assertThat(guest.text()).as("seed=%d", seed).isEqualTo(typed.toString());
      BitSet modifiers = new BitSet();
      for (int[] modifier : MODIFIERS) {
        modifiers.set(modifier[1], guest.down().get(modifier[1]));
      }
      assertThat(modifiers).as("seed=%d: what is held is down", seed).isEqualTo(held);
      assertThat(ledger.consumedBySlots()).as("seed=%d", seed).isEqualTo(ledger.accepted());
      assertThat(guest.fingerprint().count())
          .as("seed=%d", seed)
          .isEqualTo(ledger.accepted() + ledger.pressedAgain());
      assertThat(ledger.fingerprint().hash())
          .as("seed=%d", seed)
          .isEqualTo(guest.fingerprint().hash());
    }

    private void typeSomething() {
      for (int n = random.nextInt(6); n > 0; n--) {
        char letter = (char) ('a' + random.nextInt(26));
        boolean asCharacter = held.isEmpty() && random.nextBoolean();
        if (asCharacter) {
          // Shift comes from the console, if it is needed.
          char wanted = random.nextBoolean() ? letter : Character.toUpperCase(letter);
          viewer.key(true, wanted, 0);
          viewer.key(false, wanted, 0);
          typed.append(wanted);
        } else {
          int scancode = LettingGoGuest.code(letter); // the same for letters
          viewer.key(true, 0, scancode);
          viewer.key(false, 0, scancode);
          typed.append(LettingGoGuest.reading(letter, held));
        }
      }
    }

    private void turnModifier() {
      int[] modifier = MODIFIERS[random.nextInt(MODIFIERS.length)];
      held.flip(modifier[1]);
      viewer.key(held.get(modifier[1]), 0, modifier[0]);
    }

    private void move() {
      ledger.hold();
      if (random.nextBoolean()) {
        typeSomething();
      }
      ledger.detach();
      guest.consume(random.nextInt(60)); // goes on with its own page
      typeSomething();
      if (random.nextInt(4) == 0) {
        turnModifier();
      }
      guest.letGo();
      requeued += ledger.settle(guest.ring().unconsumed());
      ledger.attachMoved(guest.newRing());
    }

    /** The guest stays, and was suspended for a while or was not. */
    private void callOff() {
      boolean detached = random.nextBoolean();
      ledger.hold();
      if (detached) {
        ledger.detach();
      }
      guest.consume(random.nextInt(60));
      typeSomething();
      if (random.nextBoolean() && guest.ring().unconsumed() == 0) {
        guest.letGo();
      }
      if (detached) {
        ledger.attachSame(guest.ring());
      } else {
        ledger.release();
      }
    }

    private void consumeAll() {
      while (!ledger.isDrained() || ledger.waiting() > 0) {
        guest.consume(51);
        ledger.ringAdvanced();
      }
    }
  }
}
