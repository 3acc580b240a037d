package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.input.xkb.XkbGuest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What viewers type, read by a guest that has the layout from the system's own data. Needs Debian's
 * libxkbcommon0, xkb-data and libx11-data.
 */
class GuestsReadingTest {
  private static final int CAPS_LOCK_SCANCODE = 0x3a;
  private static final int RIGHT_ALT = 100;
  private static final int LEFT_SHIFT = 42;
  private static final int NUM_LOCK = 69;

  /** Codes that have a scancode of one byte or come with 0xe0, and type. */
  private static final int LAST_TYPING_CODE = 124;

  private Optional<XkbGuest> opened = Optional.empty();
  private XkbGuest guest;
  private InputHub hub;
  private Keymap keymap;

  static List<String> layouts() {
    return Keymap.layouts();
  }

  private void open(String layout) {
    opened = XkbGuest.open(layout);
    assumeTrue(opened.isPresent(), "libxkbcommon0 is not installed");
    guest = opened.get();
    keymap = Keymap.load(layout);
    hub = new InputHub(64, keymap, Runnable::run);
    hub.ledger()
        .attachFresh(new DirectRing((word0, code, word2, word3) -> guest.event(word0, code)));
  }

  @AfterEach
  void close() {
    opened.ifPresent(XkbGuest::close);
  }

  /** All characters that the layout is said to make, by one key or by a dead key and another. */
  private List<Integer> characters() {
    return IntStream.rangeClosed(0x20, 0xffff)
        .filter(c -> !Character.isISOControl(c) && !Character.isSurrogate((char) c))
        .filter(c -> keymap.lookup(Keysym.ofCharacter(c)) != Keymap.NONE)
        .boxed()
        .toList();
  }

  private static void type(InputSink viewer, int keysym) {
    viewer.key(true, keysym, 0);
    viewer.key(false, keysym, 0);
  }

  private void assertTyped(InputSink viewer, int character) {
    guest.clear();
    type(viewer, Keysym.ofCharacter(character));
    assertThat(guest.text())
        .as("U+%04X on %s", character, keymap.layout())
        .isEqualTo(Character.toString(character));
  }

  /** As a scancode viewer does; on jp the key is CapsLock with Shift alone. */
  private void turnCapsLockOn(InputSink viewer) {
    viewer.key(true, 0, CAPS_LOCK_SCANCODE);
    viewer.key(false, 0, CAPS_LOCK_SCANCODE);
    if (keymap.isCapsLockShifted()) {
      assertThat(guest.isActive("Lock")).isFalse();
      viewer.key(true, 0, LEFT_SHIFT);
      viewer.key(true, 0, CAPS_LOCK_SCANCODE);
      viewer.key(false, 0, CAPS_LOCK_SCANCODE);
      viewer.key(false, 0, LEFT_SHIFT);
    }
    assertThat(guest.isActive("Lock")).isTrue();
    assertThat(hub.capsLock()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyCharacterOfTheLayoutArrivesAsItself(String layout) {
    open(layout);
    InputSink viewer = hub.open(new FakeClient());
    assertThat(characters()).hasSizeGreaterThan(90);
    characters().forEach(character -> assertTyped(viewer, character));
    assertThat(guest.down().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void soItDoesWithCapsLockOn(String layout) {
    open(layout);
    InputSink viewer = hub.open(new FakeClient());
    turnCapsLockOn(viewer);
    characters().forEach(character -> assertTyped(viewer, character));
    assertThat(guest.isActive("Lock")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void soItDoesWhileTheViewerHoldsShiftOrAltGr(String layout) {
    open(layout);
    InputSink viewer = hub.open(new FakeClient());
    for (int held : new int[] {Keysym.SHIFT_L, Keysym.SHIFT_R, Keysym.ISO_LEVEL3_SHIFT}) {
      viewer.key(true, held, 0);
      characters().forEach(character -> assertTyped(viewer, character));
      viewer.key(false, held, 0);
    }
    assertThat(guest.down().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void soItDoesWhileAnotherViewerHoldsAnything(String layout) {
    open(layout);
    InputSink other = hub.open(new FakeClient());
    InputSink viewer = hub.open(new FakeClient());
    // Shift, Ctrl, Alt, right Alt, logo, all at once and by scancodes; and a letter.
    for (int scancode : new int[] {0x2a, 0x1d, 0x38, 0xb8, 0xdb, 0x1e}) {
      other.key(true, 0, scancode);
    }
    characters().forEach(character -> assertTyped(viewer, character));
    other.close();
    assertThat(guest.down().isEmpty()).isTrue();
  }

  /**
   * What any key makes with Shift and AltGr is found, whichever key it is that is chosen for it.
   */
  @ParameterizedTest
  @MethodSource("layouts")
  void nothingThatTheLayoutsKeysMakeIsMissed(String layout) {
    open(layout);
    guest.key(NUM_LOCK, true);
    guest.key(NUM_LOCK, false);
    for (int code = 1; code <= LAST_TYPING_CODE; code++) {
      for (int level = 0; level < 4; level++) {
        String made = made(code, (level & 1) != 0, (level & 2) != 0);
        if (made.length() == 1 && !Character.isISOControl(made.charAt(0))) {
          assertThat(keymap.lookup(Keysym.ofCharacter(made.charAt(0))))
              .as("'%s' of code=%d level=%d", made, code, level)
              .isNotEqualTo(Keymap.NONE);
        }
      }
    }
  }

  private String made(int code, boolean shift, boolean altGr) {
    if (Modifiers.bit(code) != Modifiers.NONE || code == 58 || code == NUM_LOCK || code == 84) {
      return "";
    }
    if (altGr && !keymap.hasAltGr()) {
      return "";
    }
    if (shift) {
      guest.key(LEFT_SHIFT, true);
    }
    if (altGr) {
      guest.key(RIGHT_ALT, true);
    }
    guest.clear();
    guest.key(code, true);
    guest.key(code, false);
    guest.key(RIGHT_ALT, false);
    guest.key(LEFT_SHIFT, false);
    String made = guest.text();
    if (made.isEmpty()) {
      guest.key(1, true); // Escape, to end what a dead key began
      guest.key(1, false);
    }
    return made;
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyLayoutTypesAsciiSaveWhereItHasNoLatinLetters(String layout) {
    open(layout);
    String missing =
        IntStream.rangeClosed(' ', '~')
            .filter(c -> keymap.lookup(c) == Keymap.NONE)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    if (layout.equals("ru")) {
      assertThat(missing).contains("abc", "XYZ").doesNotContain("1", "-", ".");
    } else {
      assertThat(missing).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void aPasteIsReadAsItWasWrittenWhateverViewersHold(String layout) {
    open(layout);
    InputSink viewer = hub.open(new FakeClient());
    turnCapsLockOn(viewer);
    viewer.key(true, Keysym.SHIFT_L, 0);
    viewer.key(true, Keysym.CONTROL_L, 0);
    viewer.key(true, Keysym.canonical('7'), 0);
    guest.clear();
    StringBuilder text = new StringBuilder();
    characters().forEach(text::appendCodePoint);
    text.append("\n1\t2");
    Paste paste = hub.paste(text.toString(), Paste.Listener.NONE);
    assertThat(paste.isEnded()).isTrue();
    assertThat(guest.text()).isEqualTo(text.toString());
    assertThat(guest.isActive("Lock")).isTrue();
    assertThat(guest.isActive("Shift")).isTrue();
    assertThat(guest.isActive("Control")).isTrue();
    viewer.close();
    assertThat(guest.down().isEmpty()).isTrue();
  }

  /**
   * Two viewers type at once, one of them with Shift, AltGr or CapsLock as its own keyboard would
   * need them, the other never: each character arrives, in the order in which they were typed.
   */
  @ParameterizedTest
  @MethodSource("layouts")
  void whatTwoViewersTypeArrivesAsEachTypedIt(String layout) {
    long seed = 42;
    Random random = new Random(seed);
    open(layout);
    InputSink[] viewers = {hub.open(new FakeClient()), hub.open(new FakeClient())};
    List<Integer> all = characters();
    StringBuilder sent = new StringBuilder();
    int[] held = new int[2];
    for (int i = 0; i < 3_000; i++) {
      int who = random.nextInt(2);
      InputSink viewer = viewers[who];
      switch (random.nextInt(6)) {
        case 0 -> {
          if (held[who] == 0) {
            int[] modifiers = {Keysym.SHIFT_L, Keysym.SHIFT_R, Keysym.ISO_LEVEL3_SHIFT};
            held[who] = modifiers[random.nextInt(modifiers.length)];
            viewer.key(true, held[who], 0);
          }
        }
        case 1 -> {
          if (held[who] != 0) {
            viewer.key(false, held[who], 0);
            held[who] = 0;
          }
        }
        case 2 -> {
          if (random.nextInt(10) == 0) {
            type(viewer, Keysym.CAPS_LOCK);
          }
        }
        default -> {
          int character = all.get(random.nextInt(all.size()));
          type(viewer, Keysym.ofCharacter(character));
          sent.appendCodePoint(character);
        }
      }
    }
    assertThat(guest.text()).as("seed=%d", seed).isEqualTo(sent.toString());
    viewers[0].close();
    viewers[1].close();
    assertThat(guest.down().isEmpty()).isTrue();
  }
}
