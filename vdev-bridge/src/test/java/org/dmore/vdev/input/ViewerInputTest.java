package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.dmore.rfb.Client;
import org.dmore.rfb.Identity;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.wire.KbdifEvent;
import org.junit.jupiter.api.Test;

class ViewerInputTest {
  private static final int SHIFT_L = 0xffe1;
  private static final int CAPS_LOCK = 0xffe5;
  private static final int ALT_R = 0xffea;
  private static final int LEVEL3 = 0xfe03;

  private final List<String> guest = new ArrayList<>();

  /** Consumes at once and writes down what the guest got. */
  private final EventRing ring =
      new EventRing() {
        @Override
        public int room() {
          return 51;
        }

        @Override
        public void put(int word0, int word1, int word2, int word3) {
          guest.add(
              switch (KbdifEvent.type(word0)) {
                case KbdifEvent.TYPE_KEY -> (KbdifEvent.pressed(word0) ? "+" : "-") + word1;
                case KbdifEvent.TYPE_POS -> "@" + word1 + "," + word2 + "," + word3;
                default -> "~" + word1 + "," + word2 + "," + word3;
              });
        }

        @Override
        public void publish() {}

        @Override
        public int unconsumed() {
          return 0;
        }

        @Override
        public OptionalInt leftBy(int finalConsumer) {
          return OptionalInt.empty();
        }
      };

  private static final class FakeClient implements Client {
    boolean paused;

    @Override
    public long id() {
      return 1;
    }

    @Override
    public SocketAddress address() {
      return InetSocketAddress.createUnresolved("viewer", 1);
    }

    @Override
    public Identity identity() {
      return Identity.full("");
    }

    @Override
    public void pauseInput() {
      paused = true;
    }

    @Override
    public void resumeInput() {
      paused = false;
    }

    @Override
    public void disconnect(String reason) {}
  }

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
    assertThat(guest).containsExactly("+42", "+30", "-42", "-30");
  }

  @Test
  void shiftIsTakenAwayFromACharacterThatTheGuestsLayoutHasWithoutIt() {
    InputSink viewer = hub("jp").open(client);
    viewer.key(true, SHIFT_L, 0);
    type(viewer, '^'); // Shift+6 for the viewer, a key of its own on jp
    assertThat(guest).containsExactly("+42", "-42", "+13", "+42", "-13");
  }

  @Test
  void altGrCharactersGetAltGrRoundTheirPress() {
    type(hub("de").open(client), '@');
    assertThat(guest).containsExactly("+100", "+16", "-100", "-16");
  }

  @Test
  void theViewersOwnLevel3ShiftIsTakenAwayWhereTheGuestHasNone() {
    InputSink viewer = hub("us").open(client);
    viewer.key(true, LEVEL3, 0);
    type(viewer, '{');
    assertThat(guest).containsExactly("+100", "+42", "-100", "+26", "+100", "-42", "-26");
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
    assertThat(guest).containsExactly("+42", "+30", "-42", "-30");
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
