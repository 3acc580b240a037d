package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.wire.KbdifEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PasteTest {
  private final InputHub hub = new InputHub(64, Keymap.load("us"), Runnable::run);
  private final List<String> got = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();

  /** A guest that consumes when it is told to. */
  private final class SlowGuest implements EventRing {
    final Deque<String> ring = new ArrayDeque<>();
    int most;

    @Override
    public int room() {
      return 51 - ring.size();
    }

    @Override
    public void put(int word0, int code, int word2, int word3) {
      ring.add((KbdifEvent.pressed(word0) ? "+" : "-") + code);
      most = Math.max(most, ring.size());
    }

    @Override
    public void publish() {}

    @Override
    public int unconsumed() {
      return ring.size();
    }

    @Override
    public OptionalInt leftBy(int finalConsumer) {
      return OptionalInt.empty();
    }

    void consume(int count) {
      for (int i = 0; i < count && !ring.isEmpty(); i++) {
        got.add(ring.poll());
      }
      hub.ledger().ringAdvanced();
      hub.advanced();
    }
  }

  private final Paste.Listener listener =
      new Paste.Listener() {
        @Override
        public void progressed(int consumed, int total) {
          heard.add(consumed + "/" + total);
        }

        @Override
        public void ended(Paste.End end, int typed) {
          heard.add(end + " " + typed);
        }
      };

  private SlowGuest attached() {
    SlowGuest guest = new SlowGuest();
    hub.ledger().attachFresh(guest);
    return guest;
  }

  @Test
  void itIsTypedAsFastAsTheGuestConsumesAndNoFaster() {
    SlowGuest guest = attached();
    Paste paste = hub.paste("a".repeat(100), listener);
    assertThat(guest.ring).hasSize(Paste.WINDOW);
    guest.consume(3);
    assertThat(heard).containsExactly("1/100");
    assertThat(paste.consumed()).isEqualTo(1);
    for (int i = 0; i < 1_000 && !paste.isEnded(); i++) {
      guest.consume(5);
    }
    assertThat(guest.most).isLessThanOrEqualTo(Paste.WINDOW + 1);
    assertThat(got).hasSize(200);
    assertThat(heard).endsWith("100/100", "COMPLETE 100").doesNotHaveDuplicates();
  }

  @Test
  void itWaitsForAGuestThatIsNotThere() {
    Paste paste = hub.paste("ab", listener);
    assertThat(paste.typed()).isZero();
    SlowGuest guest = attached();
    hub.advanced();
    guest.consume(4);
    assertThat(got).containsExactly("+30", "-30", "+48", "-48");
    assertThat(heard).endsWith("COMPLETE 2");
  }

  @Test
  void whatViewersTypeMeanwhileComesBetweenTwoCharacters() {
    SlowGuest guest = attached();
    InputSink viewer = hub.open(new FakeClient());
    Paste unused = hub.paste("A".repeat(50), listener);
    for (int i = 0; i < 200; i++) {
      viewer.key(i % 2 == 0, 'x', 0);
      guest.consume(7);
    }
    String all = String.join("", got).replace("+42+30-30-42", "A");
    assertThat(all.replace("+45", "x").replace("-45", "")).matches("[Ax]*");
    assertThat(all.chars().filter(c -> c == 'A').count()).isEqualTo(50);
  }

  @Test
  void capsLockThatAViewerTurnsMeanwhileIsTurnedInTheEnd() {
    SlowGuest guest = attached();
    InputSink viewer = hub.open(new FakeClient());
    Paste paste = hub.paste("a".repeat(20), listener);
    viewer.key(true, 0, 0x3a);
    viewer.key(false, 0, 0x3a);
    while (!paste.isEnded()) {
      guest.consume(4);
    }
    guest.consume(4);
    assertThat(got).doesNotContain("+42");
    assertThat(hub.capsLock()).isTrue();
    assertThat(got.stream().filter("+58"::equals).count()).as("on, off, on").isEqualTo(3);
  }

  @Test
  void cancellingLeavesNoCharacterHalfTyped() {
    SlowGuest guest = attached();
    Paste paste = hub.paste("ABC".repeat(10), listener);
    guest.consume(6);
    paste.cancel();
    paste.cancel();
    guest.consume(100);
    assertThat(heard).endsWith("CANCELLED " + paste.typed());
    assertThat(got).hasSize(4 * paste.typed()).endsWith("-42");
    hub.guestRestarted();
    assertThat(heard.stream().filter(h -> h.startsWith("CANCELLED")).count()).isEqualTo(1);
  }

  @Test
  void aGuestThatStartsAnewGetsNoneOfTheRest() {
    SlowGuest guest = attached();
    Paste paste = hub.paste("a".repeat(40), listener);
    guest.consume(4);
    hub.guestRestarted();
    guest.consume(100);
    guest.consume(100);
    assertThat(heard).endsWith("GUEST_RESTARTED " + paste.typed());
    assertThat(got).hasSize(2 * paste.typed());
  }

  @Test
  void oneIsTypedAtATime() {
    SlowGuest guest = attached();
    Paste first = hub.paste("a", listener);
    assertThatThrownBy(() -> hub.paste("b", listener))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a paste is under way: consumed=0 total=1");
    guest.consume(2);
    assertThat(first.isEnded()).isTrue();
    Paste unused = hub.paste("b", listener);
  }

  static Stream<Arguments> untypeable() {
    return Stream.of(
        Arguments.of("a\u00fcb", "character=U+00FC '\u00fc' at=2"),
        Arguments.of("\u0007", "character=U+0007 at=1"),
        Arguments.of("a\r\n\u001b[0m", "character=U+001B at=3"),
        Arguments.of("\ud83d\ude00", "character=U+1F600 '\ud83d\ude00' at=1"),
        Arguments.of("x\ud83d", "character=U+D83D at=2"));
  }

  @ParameterizedTest
  @MethodSource("untypeable")
  void whatCannotBeTypedIsNamedBeforeTheFirstKey(String text, String message) {
    SlowGuest guest = attached();
    assertThatThrownBy(() -> hub.paste(text, listener))
        .isInstanceOf(UntypeableTextException.class)
        .hasMessage(message + " cannot be typed on keymap=us: nothing was typed");
    assertThatThrownBy(() -> hub.paste("", listener)).hasMessage("the text is empty");
    assertThat(guest.ring).isEmpty();
    assertThat(heard).isEmpty();
  }

  @Test
  void aTextHasALengthThatItMustNotExceed() {
    SlowGuest guest = attached();
    assertThatThrownBy(() -> hub.paste("a".repeat(Paste.MAX_CHARACTERS + 1), listener))
        .hasMessageContaining("too long: characters=65537, at most 65536");
    assertThatThrownBy(() -> hub.paste("a".repeat(10 * Paste.MAX_CHARACTERS), listener))
        .hasMessageContaining("too long");
    assertThat(guest.ring).isEmpty();
    assertThat(hub.paste("a".repeat(Paste.MAX_CHARACTERS), listener).total())
        .isEqualTo(Paste.MAX_CHARACTERS);
  }

  @Test
  void lettersWithMarksApartAreTypedTogether() {
    InputHub german = new InputHub(64, Keymap.load("de"), Runnable::run);
    List<Integer> pressed = new ArrayList<>();
    german
        .ledger()
        .attachFresh(
            new DirectRing(
                (word0, code, word2, word3) -> {
                  if (KbdifEvent.pressed(word0)) {
                    pressed.add(code);
                  }
                }));
    Paste unused = german.paste("gru\u0308n", listener);
    assertThat(pressed).containsExactly(34, 19, 26, 49);
  }

  /** Moves, holds, aborted moves, slow guests: the text arrives as it was, once and in order. */
  @Test
  void throughWhateverHappensToTheRingTheTextIsExact() {
    Keymap us = Keymap.load("us");
    for (long seed = 1; seed <= 100; seed++) {
      Random random = new Random(seed);
      got.clear();
      InputHub moved = new InputHub(64, us, Runnable::run);
      List<String> all = new ArrayList<>();
      Deque<String> ring = new ArrayDeque<>();
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      moved.ledger().attachFresh(ringOver(ring));
      Paste paste = moved.paste(text.toString(), Paste.Listener.NONE);
      for (int step = 0; step < 100_000 && !paste.isEnded(); step++) {
        switch (random.nextInt(8)) {
          case 0 -> moved.ledger().hold();
          case 1 -> moved.ledger().release();
          case 2 -> {
            moved.ledger().hold();
            moved.ledger().detach();
            take(ring, all, random.nextInt(8));
            moved.ledger().settle(ring.size());
            ring.clear(); // the guest wipes its page
            moved.ledger().attachFresh(ringOver(ring));
          }
          default -> {
            take(ring, all, random.nextInt(12));
            moved.ledger().ringAdvanced();
          }
        }
        moved.advanced();
      }
      assertThat(paste.isEnded()).as("seed=%d", seed).isTrue();
      List<String> expected = new ArrayList<>();
      text.chars()
          .map(c -> Keymap.code(us.lookup(c)))
          .forEach(
              code -> {
                expected.add("+" + code);
                expected.add("-" + code);
              });
      assertThat(all).as("seed=%d", seed).isEqualTo(expected);
    }
  }

  private static void take(Deque<String> ring, List<String> into, int count) {
    for (int i = 0; i < count && !ring.isEmpty(); i++) {
      into.add(ring.poll());
    }
  }

  private static EventRing ringOver(Deque<String> ring) {
    return new EventRing() {
      @Override
      public int room() {
        return 51 - ring.size();
      }

      @Override
      public void put(int word0, int code, int word2, int word3) {
        ring.add((KbdifEvent.pressed(word0) ? "+" : "-") + code);
      }

      @Override
      public void publish() {}

      @Override
      public int unconsumed() {
        return ring.size();
      }

      @Override
      public OptionalInt leftBy(int finalConsumer) {
        return OptionalInt.empty();
      }
    };
  }
}
