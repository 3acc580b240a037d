package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.wire.KbdifEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Viewers that come, type, point, paste and go in any order: what they hold is what is down. */
class KeysNeverStickTest {
  private static final int[] KEYSYMS = {
    'a',
    'A',
    'b',
    '1',
    '!',
    '@',
    '\u00e4',
    '\u00ea',
    '\u00ca',
    0x20ac,
    0xfe52,
    0xfe03,
    0xff7e,
    0xff0d,
    0xff09,
    0xfe20,
    0xffb7,
    0xff95,
    0xffe1,
    0xffe2,
    0xffe3,
    0xffe4,
    0xffe5,
    0xffe9,
    0xffea,
    0xffe7,
    0xff7f,
    0x6c1,
    0x01000431,
    0x1008ff13,
    0x2a2,
    0,
    -1
  };

  private static final int[] SCANCODES = {
    0x1e, 0x2a, 0x36, 0x1d, 0x9d, 0x38, 0xb8, 0x3a, 0x45, 0x54, 0xb7, 0xc6, 0xdb, 0x02, 0xff, -3
  };

  private final BitSet down = new BitSet();
  private final List<String> problems = new ArrayList<>();

  private void event(int word0, int code, int unused2, int unused3) {
    if (KbdifEvent.type(word0) != KbdifEvent.TYPE_KEY) {
      return;
    }
    if (code <= 0 || code > LinuxInput.KEY_MAX) {
      problems.add("code=" + code);
    }
    boolean pressed = KbdifEvent.pressed(word0);
    if (!pressed && !down.get(code)) {
      problems.add("released but not down: code=" + code);
    }
    down.set(code, pressed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"us", "de", "fr", "jp", "ru", "us-intl"})
  void whateverHappensNothingIsDownWhenTheLastViewerIsGone(String layout) {
    for (long seed = 1; seed <= 60; seed++) {
      down.clear();
      Random random = new Random(seed);
      InputHub hub = new InputHub(1 << 16, Keymap.load(layout), Runnable::run);
      hub.ledger().attachFresh(new DirectRing(this::event));
      Map<InputSink, Set<Integer>> scancodesHeld = new HashMap<>();
      List<InputSink> viewers = new ArrayList<>();
      for (int step = 0; step < 800; step++) {
        if (viewers.isEmpty() || random.nextInt(60) == 0) {
          InputSink arrived = hub.open(new FakeClient());
          viewers.add(arrived);
          scancodesHeld.put(arrived, new HashSet<>());
        }
        InputSink viewer = viewers.get(random.nextInt(viewers.size()));
        Set<Integer> held = scancodesHeld.get(viewer);
        boolean press = random.nextBoolean();
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> viewer.key(press, KEYSYMS[random.nextInt(KEYSYMS.length)], 0);
          case 4, 5, 6 -> {
            int scancode = SCANCODES[random.nextInt(SCANCODES.length)];
            viewer.key(press, 0, scancode);
            if (press) {
              held.add(scancode);
            } else {
              held.remove(scancode);
            }
          }
          case 7 -> viewer.pointer(random.nextInt(1 << 9), random.nextInt(9), random.nextInt(9));
          case 8 -> {
            if (random.nextInt(8) == 0) {
              viewer.close();
              viewers.remove(viewer);
              scancodesHeld.remove(viewer);
            }
          }
          default -> {
            Paste paste = hub.paste("1\n2", Paste.Listener.NONE);
            assertThat(paste.isEnded()).isTrue();
          }
        }
        if (scancodesHeld.values().stream().anyMatch(keys -> keys.contains(0xdb))) {
          assertThat(down.get(LinuxInput.KEY_LEFTMETA))
              .as("seed=%d step=%d: the logo key is held", seed, step)
              .isTrue();
        }
      }
      viewers.forEach(InputSink::close);
      assertThat(down.isEmpty()).as("seed=%d layout=%s down=%s", seed, layout, down).isTrue();
      assertThat(problems).as("seed=%d", seed).isEmpty();
    }
  }

  @Test
  void aKeyTypedWithModifiersAllocatesNothing() {
    InputHub hub = new InputHub(1 << 16, Keymap.load("fr"), Runnable::run);
    hub.ledger().attachFresh(new DirectRing((word0, word1, word2, word3) -> {}));
    InputSink viewer = hub.open(new FakeClient());
    int[] keysyms = {'a', 'A', '1', '@', 0xea, 0xffe1, 0xffb7, 0x20ac};
    Runnable round =
        () -> {
          for (int keysym : keysyms) {
            viewer.key(true, keysym, 0);
            viewer.key(true, keysym, 0);
            viewer.key(false, keysym, 0);
          }
          viewer.key(true, 'q', 0x1e);
          viewer.key(false, 'q', 0x1e);
          viewer.pointer(1, 3, 4);
          viewer.pointer(0, 4, 4);
        };
    for (int i = 0; i < 10_000; i++) {
      round.run();
    }
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      round.run();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).as("bytes for 280,000 messages").isLessThan(10_000);
  }
}
