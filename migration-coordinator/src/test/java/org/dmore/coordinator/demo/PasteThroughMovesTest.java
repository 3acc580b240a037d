package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.coordinator.demo.guest.KeyboardLayout;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.input.Paste;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A text that is pasted while the pair moves, read as the demo's guest reads its keys. */
class PasteThroughMovesTest {
  private static final int CHARACTERS = 2_000;
  private static final String PASSWORD = "secret";

  private final RecordedInput input = new RecordedInput();
  private DemoRoom room;

  @BeforeEach
  void open() throws Exception {
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
                .small()
                .withMigration(PatientMigration.SETTINGS.withDrain(Duration.ofMillis(1))),
            new MemoryJournal(),
            input);
  }

  @AfterEach
  void close() {
    room.close();
    assertThat(room.machineRoom().invariantViolations()).isEmpty();
  }

  @Test
  void twoThousandCharactersThroughTwoMovesArriveAsTheyAre() throws Exception {
    String text = text(new Random(2_000));
    AtomicInteger stallAt = new AtomicInteger(700);
    AtomicInteger seen = new AtomicInteger();
    List<String> ends = new CopyOnWriteArrayList<>();
    int total =
        room.consoled()
            .paste(
                text,
                new Paste.Listener() {
                  @Override
                  public void progressed(int consumed, int all) {
                    seen.set(consumed);
                    if (consumed >= stallAt.get()) {
                      stallAt.set(Integer.MAX_VALUE);
                      room.guest().setStalled(true);
                    }
                  }

                  @Override
                  public void ended(Paste.End end, int typed) {
                    ends.add(end + " " + typed);
                  }
                });
    assertThat(total).isEqualTo(CHARACTERS);
    await().until(() -> seen.get() >= 700);
    // The guest takes what is in its ring while DomR is away, on its own account.
    MigrationReceipt first = room.migrate(wakingAt(MigrationStep.MOVE_DOMR, stallAt, 1_400));
    await().until(() -> seen.get() >= 1_400);
    assertThat(seen.get()).as("the second move meets the paste").isLessThan(CHARACTERS);
    // Nothing is taken before the guest runs at the other host.
    MigrationReceipt second = room.migrate(wakingAt(MigrationStep.VERIFY, stallAt, 1_000_000));
    await().until(() -> !ends.isEmpty());
    assertThat(ends).containsExactly("COMPLETE " + CHARACTERS);
    assertThat(first.isExact()).isTrue();
    assertThat(second.isExact()).isTrue();
    assertThat(first.accepted() + second.accepted()).isPositive();
    assertThat(read(input.keys())).isEqualTo(text);
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
  }

  @Test
  void aViewersClipboardIsPastedOnlyWhenSomeoneAsks() throws Exception {
    List<String> said = new CopyOnWriteArrayList<>();
    DemoSession session = new DemoSession(room, new TextOutput(said::add, bar -> {}));
    DemoPrompt prompt = new DemoPrompt(session, said::add);
    prompt.execute("paste");
    assertThat(said).containsExactly("no viewer has put anything on its clipboard");
    try (Viewer viewer = new Viewer(room.address(), PASSWORD)) {
      viewer.copy("ls -l /tmp");
      await().until(() -> session.viewersClipboard().isPresent());
      assertThat(input.count()).isZero();
      prompt.execute("paste");
      await().until(() -> read(input.keys()).equals("ls -l /tmp"));
    }
    await().until(() -> said.stream().anyMatch(line -> line.startsWith("Pasted characters=10")));
    prompt.execute("paste  a\\tB\\\\n\\n");
    await().until(() -> read(input.keys()).equals("ls -l /tmp a\tB\\n\n"));
    prompt.execute("paste gr\u00fcn");
    assertThat(said)
        .contains("character=U+00FC '\u00fc' at=3 cannot be typed on keymap=us: nothing was typed");
    prompt.execute("locks");
    assertThat(said).endsWith("CapsLock is taken to be off in the guest");
    assertThat(session.finish()).isTrue();
  }

  private MigrationListener wakingAt(MigrationStep when, AtomicInteger stallAt, int next) {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        if (step == when) {
          stallAt.set(next);
          room.guest().setStalled(false);
        }
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < CHARACTERS; i++) {
      text.append(i % 80 == 79 ? '\n' : i % 40 == 39 ? '\t' : (char) (' ' + random.nextInt(95)));
    }
    return text.toString();
  }

  /** What the guest's own layout makes of its keys. */
  private static String read(List<String> events) {
    KeyboardLayout us = KeyboardLayout.us();
    StringBuilder text = new StringBuilder();
    List<Integer> down = new ArrayList<>();
    List<Integer> letGo = new ArrayList<>();
    for (String event : events) {
      Integer code = Integer.valueOf(event.substring(1));
      if (event.startsWith("!")) {
        assertThat(down.remove(code)).as("let go but not down: %s", code).isTrue();
        letGo.add(code);
        continue;
      }
      if (event.startsWith("-")) {
        assertThat(down.remove(code) || letGo.remove(code))
            .as("released but not down: %s", code)
            .isTrue();
        continue;
      }
      assertThat(down).as("repeated").doesNotContain(code);
      letGo.remove(code); // a modifier that is pressed again
      down.add(code);
      char c = us.character(code, down.contains(42) || down.contains(54), false);
      if (code == 28) {
        text.append('\n');
      } else if (code == 15) {
        text.append('\t');
      } else if (c != 0) {
        text.append(c);
      }
    }
    assertThat(down).as("still down").isEmpty();
    return text.toString();
  }
}
