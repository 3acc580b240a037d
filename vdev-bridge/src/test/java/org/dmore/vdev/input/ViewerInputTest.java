package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.wire.KbdifEvent;
import org.junit.jupiter.api.Test;

class ViewerInputTest {
  private static final int SHIFT_L = 0xffe1;
  private static final int CAPS_LOCK = 0xffe5;
  private static final int CTRL_L = 0xffe3;
  private static final int F1 = 0xffbe;
  private static final int ALT_R = 0xffea;
  private static final int LEVEL3 = 0xfe03;

  private final List<String> guest = new ArrayList<>();

  /** Consumes at once and writes down what the guest got. */
  private final EventRing ring =
      new DirectRing(
          (word0, word1, word2, word3) ->
              guest.add(
                  switch (KbdifEvent.type(word0)) {
                    case KbdifEvent.TYPE_KEY -> (KbdifEvent.pressed(word0) ? "+" : "-") + word1;
                    case KbdifEvent.TYPE_POS -> "@" + word1 + "," + word2 + "," + word3;
                    default -> "~" + word1 + "," + word2 + "," + word3;
                  }));

  private final FakeClient client = new FakeClient();

  private InputHub hub(String layout) {
    InputHub hub = new InputHub(64, Keymap.load(layout), Runnable::run);
    hub.ledger().attachFresh(ring);
    return hub;
  }

  private static void type(InputSink viewer, int keysym) {
    viewer.key(true, keysym, 0);
    viewer.key(false, keysym, 0);
  }

  @Test
  void aPlainLetterIsOneKey() {
    type(hub("us").open(client), 'a');
    assertThat(guest).containsExactly("+30", "-30");
  }

  @Test
  void aCapitalWithShiftHeldUsesThatShift() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, SHIFT_L, 0);
    type(viewer, 'A');
    viewer.key(false, SHIFT_L, 0);
    assertThat(guest).containsExactly("+42", "+30", "-30", "-42");
  }

  @Test
  void aCapitalWithoutShiftGetsShiftRoundItsPress() {
    type(hub("us").open(client), 'A');
    assertThat(guest).containsExactly("+42", "+30", "-30", "-42");
  }

  @Test
  void shiftIsTakenAwayFromACharacterThatTheGuestsLayoutHasWithoutIt() {
    InputSink viewer = hub("jp").open(client);
    viewer.key(true, SHIFT_L, 0);
    type(viewer, '^'); // Shift+6 for the viewer, a key of its own on jp
    assertThat(guest).containsExactly("+42", "-42", "+13", "-13", "+42");
  }

  @Test
  void altGrCharactersGetAltGrRoundTheirPress() {
    type(hub("de").open(client), '@');
    assertThat(guest).containsExactly("+100", "+16", "-16", "-100");
  }

  @Test
  void theViewersOwnLevel3ShiftSaysNothingToAGuestThatHasNone() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, LEVEL3, 0);
    type(viewer, '{');
    viewer.key(false, LEVEL3, 0);
    assertThat(guest).containsExactly("+42", "+26", "-26", "-42");
  }

  @Test
  void rightAltStaysAltOnALayoutWithoutAltGr() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, ALT_R, 0);
    type(viewer, 'x');
    assertThat(guest).containsExactly("+100", "+45", "-45");
  }

  @Test
  void capsLockInTheGuestIsCountedIn() {
    InputSink viewer = hub("us").open(client);
    type(viewer, CAPS_LOCK);
    guest.clear();
    type(viewer, 'A');
    type(viewer, '1');
    assertThat(guest).containsExactly("+30", "-30", "+2", "-2");
    guest.clear();
    type(viewer, 'a');
    assertThat(guest).containsExactly("+42", "+30", "-30", "-42");
  }

  @Test
  void capsLockIsTakenOffForALetterThatShiftCannotTurnBack() {
    InputSink viewer = hub("de").open(client);
    type(viewer, CAPS_LOCK);
    guest.clear();
    type(viewer, 0xdf); // sharp s
    assertThat(guest).containsExactly("+58", "-58", "+12", "-12", "+58", "-58");
  }

  @Test
  void whatCapsLockIsAssumedToBeCanBeCorrected() {
    InputHub hub = hub("us");
    InputSink viewer = hub.open(client);
    assertThat(hub.capsLock()).isFalse();
    hub.assumeCapsLock(true);
    assertThat(guest).isEmpty();
    type(viewer, 'a');
    assertThat(guest).containsExactly("+42", "+30", "-30", "-42");
    hub.guestRestarted();
    assertThat(hub.capsLock()).isFalse();
  }

  @Test
  void aScancodeViewersCapsLockIsItsOwnAndNoneIsAdded() {
    InputHub hub = hub("us");
    InputSink viewer = hub.open(client);
    // Its lock is on, by its keysyms; whatever the guest's is, it is the viewer's to turn.
    viewer.key(true, 'A', 0x1e);
    viewer.key(false, 'A', 0x1e);
    viewer.key(true, CAPS_LOCK, 0x3a);
    viewer.key(true, CAPS_LOCK, 0x3a); // repeats
    viewer.key(false, CAPS_LOCK, 0x3a);
    viewer.key(true, 'a', 0x1e);
    viewer.key(false, 'a', 0x1e);
    assertThat(guest).containsExactly("+30", "-30", "+58", "-58", "+30", "-30");
    assertThat(hub.capsLock()).isTrue();
  }

  @Test
  void viewersWithAndWithoutCapsLockAreBothTakenAtTheirWord() {
    InputHub hub = hub("us");
    InputSink locked = hub.open(client);
    InputSink plain = hub.open(new FakeClient());
    type(locked, CAPS_LOCK);
    guest.clear();
    type(locked, 'A');
    type(plain, 'a');
    assertThat(guest).containsExactly("+30", "-30", "+42", "+30", "-30", "-42");
  }

  @Test
  void theKeypadsDigitsAndArrowsDoNotDependOnNumLock() {
    InputSink viewer = hub("us").open(client);
    type(viewer, 0xffb7); // 7
    type(viewer, 0xff95); // Home
    type(viewer, 0xffae); // .
    type(viewer, 0xffab); // +, which does not depend
    type(viewer, 0xff8d); // Enter
    assertThat(guest)
        .containsExactly("+8", "-8", "+102", "-102", "+52", "-52", "+78", "-78", "+96", "-96");
  }

  @Test
  void aComposedCharacterIsItsDeadKeyAndItsLetter() {
    InputSink viewer = hub("fr").open(client);
    viewer.key(true, 0xea, 0); // e circumflex
    viewer.key(true, 0xea, 0); // its autorepeat
    viewer.key(false, 0xea, 0);
    assertThat(guest).containsExactly("+26", "-26", "+18", "-18", "+26", "-26", "+18", "-18");
    guest.clear();
    viewer.key(true, SHIFT_L, 0);
    type(viewer, 0xca);
    assertThat(guest).containsExactly("+42", "-42", "+26", "-26", "+42", "+18", "-18");
  }

  @Test
  void aViewersDeadKeyIsTheGuestsWhereItHasOneAndItsAccentWhereNot() {
    InputSink de = hub("de").open(client);
    type(de, 0xfe52);
    assertThat(guest).containsExactly("+41", "-41");
    guest.clear();
    InputSink us = hub("us").open(client);
    type(us, 0xfe52);
    assertThat(guest).containsExactly("+42", "+7", "-7", "-42");
  }

  @Test
  void shortcutsReachALayoutWithoutLatinLetters() {
    InputSink viewer = hub("ru").open(client);
    type(viewer, 'c');
    assertThat(guest).isEmpty();
    viewer.key(true, CTRL_L, 0);
    type(viewer, 'c');
    viewer.key(false, CTRL_L, 0);
    assertThat(guest).containsExactly("+29", "+46", "-46", "-29");
  }

  @Test
  void aShortcutHasShiftIfItsViewerHoldsItWhateverTheCaseOfItsLetter() {
    InputHub hub = hub("us");
    InputSink viewer = hub.open(client);
    viewer.key(true, CTRL_L, 0);
    type(viewer, 'C'); // the viewer's CapsLock is on
    hub.assumeCapsLock(true); // and so is the guest's
    type(viewer, 'c');
    viewer.key(true, SHIFT_L, 0);
    type(viewer, 'C');
    assertThat(guest).containsExactly("+29", "+46", "-46", "+46", "-46", "+42", "+46", "-46");
  }

  @Test
  void windowsAltGrIsTakenForWhatItIs() {
    InputSink viewer = hub("de").open(client);
    viewer.key(true, CTRL_L, 0);
    viewer.key(true, ALT_R, 0);
    guest.clear();
    type(viewer, '@');
    assertThat(guest).containsExactly("+100", "-56", "-29", "+16", "-16", "+29", "+56", "-100");
  }

  @Test
  void aScancodeThatIsNoneFallsBackToItsKeysym() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, 'a', 0xff);
    viewer.key(false, 'a', 0xff);
    assertThat(guest).containsExactly("+30", "-30");
  }

  @Test
  void cyrillicAndVolumeKeysAreFoundByAnyNumberThatTheyHave() {
    InputSink viewer = hub("ru").open(client);
    type(viewer, 0x6c6); // Cyrillic_ef
    type(viewer, 0x01000444);
    type(viewer, 0x1008ff13); // XF86AudioRaiseVolume
    assertThat(guest).containsExactly("+30", "-30", "+30", "-30", "+115", "-115");
  }

  @Test
  void scancodesAreSentAsTheyAre() {
    InputSink viewer = hub("jp").open(client);
    viewer.key(true, '^', 0x07);
    viewer.key(false, '^', 0x07);
    assertThat(guest).containsExactly("+7", "-7");
  }

  @Test
  void aReleaseGoesToTheKeyThatWasPressedWhateverItIsCalledNow() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, SHIFT_L, 0);
    viewer.key(true, 'A', 0);
    viewer.key(false, SHIFT_L, 0);
    viewer.key(false, 'a', 0);
    assertThat(guest).containsExactly("+42", "+30", "-42", "-30");
  }

  @Test
  void aReleaseWithoutAPressIsIgnored() {
    hub("us").open(client).key(false, 'a', 0);
    assertThat(guest).isEmpty();
  }

  @Test
  void aRepeatedPressIsARepeat() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, 'a', 0);
    viewer.key(true, 'a', 0);
    viewer.key(false, 'a', 0);
    assertThat(guest).containsExactly("+30", "+30", "-30");
  }

  @Test
  void leavingReleasesKeysAndButtons() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, SHIFT_L, 0);
    viewer.key(true, 'A', 0);
    viewer.pointer(1, 5, 6);
    guest.clear();
    viewer.close();
    assertThat(guest).containsExactlyInAnyOrder("-42", "-30", "-272");
  }

  @Test
  void aKeyThatNeedsWhatItsViewerDoesNotHoldIsNotLeftToTheGuestsAutorepeat() {
    InputHub hub = hub("us");
    InputSink viewer = hub.open(client);
    viewer.key(true, '{', 0);
    assertThat(guest).containsExactly("+42", "+26", "-26", "-42");
    guest.clear();
    viewer.key(true, '{', 0);
    viewer.key(false, '{', 0);
    assertThat(guest).containsExactly("+42", "+26", "-26", "-42");
    guest.clear();
    hub.open(new FakeClient()).key(true, 0, 0x1d);
    viewer.key(true, 'w', 0);
    assertThat(guest).containsExactly("+29", "-29", "+17", "-17", "+29");
  }

  @Test
  void aKeyThatIsCalledAnotherNameWhileItIsDownHasOneReleaseToCome() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, 'a', 0);
    viewer.key(true, SHIFT_L, 0);
    viewer.key(true, 'A', 0); // its autorepeat
    viewer.key(false, 'A', 0);
    viewer.key(false, SHIFT_L, 0);
    assertThat(guest).containsExactly("+30", "+42", "-30", "+30", "-30", "-42");
  }

  @Test
  void aKeyThatAnotherHoldsIsPressedAnewAndNotRepeated() {
    InputHub hub = hub("us");
    InputSink one = hub.open(client);
    InputSink other = hub.open(new FakeClient());
    one.key(true, 'a', 0);
    type(other, 'a');
    assertThat(guest).containsExactly("+30", "-30", "+30");
    one.key(false, 'a', 0);
    assertThat(guest).endsWith("-30");
  }

  @Test
  void modifiersThatAnotherHoldsAreLiftedWhileAKeyGoesDown() {
    InputHub hub = hub("us");
    InputSink one = hub.open(client);
    InputSink other = hub.open(new FakeClient());
    one.key(true, CTRL_L, 0);
    one.key(true, SHIFT_L, 0);
    guest.clear();
    type(other, 'a');
    type(other, F1);
    type(one, 'A');
    other.key(true, 'x', 0x2d);
    assertThat(guest)
        .containsExactly(
            "-42", "-29", "+30", "-30", "+29", "+42", //
            "-42", "-29", "+59", "-59", "+29", "+42", //
            "+30", "-30", //
            "-42", "-29", "+45", "+29", "+42");
  }

  @Test
  void aKeyGoesUpWhenTheLastViewerLetsGo() {
    InputHub hub = hub("us");
    InputSink one = hub.open(client);
    InputSink other = hub.open(new FakeClient());
    one.key(true, SHIFT_L, 0);
    other.key(true, SHIFT_L, 0);
    one.close();
    assertThat(guest).doesNotContain("-42");
    other.close();
    assertThat(guest).endsWith("-42");
  }

  @Test
  void aViewersComingDoesNotChangeAnothersModifiers() {
    InputHub hub = hub("us");
    InputSink one = hub.open(client);
    one.key(true, SHIFT_L, 0);
    InputSink other = hub.open(new FakeClient());
    other.close();
    type(one, 'A');
    assertThat(guest).containsExactly("+42", "+30", "-30");
  }

  @Test
  void pointerButtonsAndWheelBecomeEvents() {
    InputSink viewer = hub("us").open(client);
    viewer.pointer(0, 10, 20);
    viewer.pointer(1, 10, 20);
    viewer.pointer(4, 11, 20);
    viewer.pointer(4 | 8, 11, 20);
    viewer.pointer(4, 11, 20);
    viewer.pointer(4 | 16, 11, 20);
    assertThat(guest)
        .containsExactly("@10,20,0", "+272", "@11,20,0", "-272", "+273", "@11,20,-1", "@11,20,1");
  }

  @Test
  void positionsAreBroughtToTheRangeThatTheGuestWasPromised() {
    InputHub hub = hub("us");
    hub.setPointerScale(1600, 300, 800, 600);
    InputSink viewer = hub.open(client);
    viewer.pointer(0, 1599, 299);
    viewer.pointer(8, 1599, 299);
    viewer.pointer(0, 801, 10);
    assertThat(guest).containsExactly("@799,598,0", "@799,598,-1", "@400,20,0");
  }

  @Test
  void withoutAbsolutePositionsMotionIsRelative() {
    InputHub hub = hub("us");
    hub.setAbsolute(false);
    InputSink viewer = hub.open(client);
    viewer.pointer(0, 10, 20);
    viewer.pointer(0, 7, 21);
    viewer.pointer(8, 7, 21);
    assertThat(guest).containsExactly("~10,20,0", "~-3,1,0", "~0,0,-1");
  }

  @Test
  void aViewerIsToldWhenTheGuestTakesMotionAndItsMotionIsTheGuests() {
    InputHub hub = hub("us");
    FakeClient early = new FakeClient();
    InputSink viewer = hub.open(early);
    viewer.pointer(0, 10, 20);
    hub.setAbsolute(false);
    FakeClient late = new FakeClient();
    InputSink other = hub.open(late);
    assertThat(early.relative).isTrue();
    assertThat(late.relative).isTrue();
    viewer.motion(1, 3, -4);
    viewer.motion(0, 0, 0);
    // This one does not know about motion: it reckons from where it last pointed.
    other.pointer(0, 11, 20);
    assertThat(guest).containsExactly("@10,20,0", "~3,-4,0", "+272", "-272", "~1,0,0");
    other.close();
    hub.setAbsolute(true);
    assertThat(early.relative).isFalse();
    assertThat(late.relative).isTrue();
  }

  @Test
  void buttonsBackAndForwardAreTheGuests() {
    InputSink viewer = hub("us").open(client);
    viewer.pointer(1 << 7, 0, 0);
    viewer.pointer(1 << 8, 0, 0);
    viewer.pointer(1 << 5 | 1 << 6, 0, 0); // a wheel to the sides, which the device has not
    assertThat(guest).containsExactly("+275", "-275", "+276", "-276");
  }

  @Test
  void aPointerThatANewGuestHasPutSomewhereIsMovedAnew() {
    InputHub hub = hub("us");
    InputSink viewer = hub.open(client);
    viewer.pointer(0, 10, 20);
    hub.guestRestarted();
    viewer.pointer(0, 10, 20);
    assertThat(guest).containsExactly("@10,20,0", "@10,20,0");
    hub.setAbsolute(false);
    hub.guestRestarted();
    viewer.pointer(0, 30, 40); // from anywhere: no motion that could be told
    viewer.pointer(0, 31, 40);
    assertThat(guest).endsWith("@10,20,0", "~1,0,0");
  }

  @Test
  void theClipboardOfTheLastViewerThatChangedItIsKeptWhileItIsThere() {
    InputHub hub = hub("us");
    InputSink one = hub.open(client);
    InputSink other = hub.open(new FakeClient());
    assertThat(hub.clipboard()).isEmpty();
    one.clipboard("first");
    other.clipboard("second");
    one.close();
    assertThat(hub.clipboard()).contains("second");
    other.close();
    assertThat(hub.clipboard()).isEmpty();
    assertThat(guest).as("nothing is typed unasked").isEmpty();
  }

  @Test
  void aViewerIsPausedWhileTheGuestTakesNothingAndResumedAfterwards() {
    InputHub hub = hub("us");
    hub.ledger().hold();
    InputSink viewer = hub.open(client);
    int keys = 0;
    while (!client.paused) {
      type(viewer, 'a');
      assertThat(++keys).isLessThan(100);
    }
    assertThat(hub.pausedViewers()).isEqualTo(1);
    hub.ledger().release();
    assertThat(client.paused).isFalse();
    assertThat(hub.pausedViewers()).isZero();
    assertThat(guest).hasSize(2 * keys);
  }

  @Test
  void moreKeysThanHandsCanHoldAreRefusedAndStillReleased() {
    InputSink viewer = hub("us").open(client);
    for (int i = 0; i < 80; i++) {
      viewer.key(true, 0, i + 1);
    }
    viewer.close();
    long pressed = guest.stream().filter(e -> e.startsWith("+")).count();
    long released = guest.stream().filter(e -> e.startsWith("-")).count();
    assertThat(pressed).isEqualTo(released).isEqualTo(64);
  }
}
