package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.FaultPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the project exists for. */
class ExactlyOnceTest {
  private static final String PASSWORD = "secret";

  /**
   * Letters with the evdev codes of a us keyboard, written down apart from the keymap under test.
   */
  private static final String LETTERS = "qwertyuiopasdfghjklzxcvbnm";

  private static final int[] CODES = {
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31, 32, 33, 34, 35, 36, 37, 38, 44, 45, 46, 47, 48,
    49, 50
  };

  private static final int RETURN = 0xff0d;
  private static final int RETURN_CODE = 28;

  private final RecordedInput input = new RecordedInput();
  private final List<String> sent = new ArrayList<>();
  private DemoRoom room;

  private void open(MigrationSettings settings) throws Exception {
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
                .small()
                .withMigration(settings),
            new MemoryJournal(),
            input);
  }

  @AfterEach
  void close() {
    if (room != null) {
      room.close();
      assertThat(room.machineRoom().invariantViolations()).isEmpty();
    }
  }

  /**
   * 20,000 keys and pointer moves at full speed, through 50 moves, with aborts at every step and
   * failing VMs among them, over one TCP connection.
   */
  @Test
  void everythingTypedThroughFiftyMovesArrivesOnceInOrder() throws Exception {
    long seed = 20_261_121;
    Random random = new Random(seed);
    open(MigrationSettings.DEFAULT);
    int moves = 50;
    int strokesPerMove = 300;
    Semaphore begun = new Semaphore(0);
    AtomicBoolean movesOver = new AtomicBoolean();
    ExecutorService typist = Executors.newSingleThreadExecutor();
    List<MigrationReceipt> receipts = new ArrayList<>();
    int calledOff = 0;
    try (Viewer viewer = new Viewer(room.address(), PASSWORD)) {
      Future<?> typing =
          typist.submit(
              () -> {
                Random letters = new Random(seed);
                while (!movesOver.get() || begun.availablePermits() > 0) {
                  begun.acquireUninterruptibly();
                  for (int i = 0; i < strokesPerMove; i++) {
                    type(viewer, letters);
                  }
                }
              });
      while (receipts.size() < moves) {
        int before = receipts.size();
        MigrationListener listener = beginning(begun, calledOff + before, random);
        try {
          receipts.add(room.migrate(listener));
        } catch (IOException e) {
          calledOff++;
          assertThat(e).as("seed=%d", seed).hasMessageContaining("both VMs go on at");
        }
      }
      movesOver.set(true);
      begun.release();
      typing.get(60, TimeUnit.SECONDS);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(input.count()).as(ledger()).isGreaterThanOrEqualTo(sent.size()));
      assertThat(viewer.isRunning()).isTrue();
      assertThat(viewer.failure()).isNull();
      assertThat(room.consoled().server().clients()).hasSize(1);
      assertThat(room.consoled().server().clients().get(0).id()).isEqualTo(1);
    } finally {
      typist.shutdownNow();
    }
    assertThat(sent.size()).isGreaterThanOrEqualTo(20_000 * 3 / 2);
    assertThat(calledOff).as("seed=%d", seed).isGreaterThanOrEqualTo(10);
    assertThat(input.events()).as("seed=%d", seed).isEqualTo(sent);
    assertThat(room.audit(Duration.ofSeconds(10)).isExact()).isTrue();
    assertThat(receipts).allMatch(MigrationReceipt::isExact).allMatch(MigrationReceipt::complete);
    assertThat(receipts)
        .allMatch(r -> r.accepted() == r.consumedBefore() + r.held())
        .allMatch(r -> r.deliveredAfter() == r.held());
    assertThat(receipts.stream().mapToLong(MigrationReceipt::held).sum())
        .as("events held over all moves: typing and moving met")
        .isGreaterThan(100);
  }

  @Test
  void aGuestThatTakesNothingForTenSecondsGetsAllFiveThousandKeysAfterwards() throws Exception {
    open(MigrationSettings.DEFAULT);
    int keys = 5_000;
    int mark = room.settings().console().congestionMark();
    try (Viewer viewer = new Viewer(room.address(), PASSWORD)) {
      room.guest().stallFor(Duration.ofSeconds(10));
      room.guest().query(() -> 0);
      Random letters = new Random(1);
      for (int i = 0; i < keys; i++) {
        typeLetter(viewer, letters);
      }
      await().until(() -> room.consoled().query(console -> console.ledger().waiting()) >= mark);
      int most = room.consoled().query(console -> console.ledger().waiting());
      assertThat(most)
          .as("waiting: beyond the mark the client is pushed back")
          .isLessThan(mark + 64);
      assertThat(input.count()).isZero();
      await().atMost(Duration.ofSeconds(30)).until(() -> input.count() == 2 * keys);
    }
    assertThat(input.events()).isEqualTo(sent);
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
  }

  /** Bursts of motion may be merged while they wait; what a key meets may not change. */
  @Test
  void motionMayBeMergedButEveryKeyMeetsThePointerWhereItWas() throws Exception {
    open(MigrationSettings.DEFAULT);
    Random random = new Random(7);
    try (Viewer viewer = new Viewer(room.address(), PASSWORD)) {
      room.guest().stallFor(Duration.ofSeconds(1));
      for (int i = 0; i < 2_000; i++) {
        for (int n = random.nextInt(6); n > 0; n--) {
          move(viewer, random);
        }
        typeLetter(viewer, random);
      }
      room.migrate(MigrationListener.NONE);
      String last = sent.get(sent.size() - 1);
      await().until(() -> room.audit(Duration.ZERO).outstanding() == 0);
      assertThat(input.events().get(input.count() - 1)).isEqualTo(last);
    }
    assertThat(lastOfEachRunOfMotion(input.events())).isEqualTo(lastOfEachRunOfMotion(sent));
    assertThat(input.count()).as("something was merged").isLessThan(sent.size());
  }

  private String ledger() {
    return room.consoled().query(console -> console.ledger().toString());
  }

  private void type(Viewer viewer, Random random) {
    if (random.nextInt(3) == 0 && !sent.isEmpty() && !sent.get(sent.size() - 1).startsWith("@")) {
      move(viewer, random);
    } else if (random.nextInt(60) == 0) {
      viewer.type(RETURN);
      sent.add("+" + RETURN_CODE);
      sent.add("-" + RETURN_CODE);
    } else {
      typeLetter(viewer, random);
    }
  }

  private void typeLetter(Viewer viewer, Random random) {
    int letter = random.nextInt(LETTERS.length());
    viewer.type(LETTERS.charAt(letter));
    sent.add("+" + CODES[letter]);
    sent.add("-" + CODES[letter]);
  }

  private void move(Viewer viewer, Random random) {
    int x = random.nextInt(800);
    int y = random.nextInt(600);
    viewer.move(x, y);
    String event = "@" + x + "," + y + ",0";
    if (sent.isEmpty() || !lastPosition().equals(event)) {
      sent.add(event);
    }
  }

  private String lastPosition() {
    for (int i = sent.size() - 1; i >= 0; i--) {
      if (sent.get(i).startsWith("@")) {
        return sent.get(i);
      }
    }
    return "@0,0,0";
  }

  /** Lets the typist go, and makes one move in three fail somewhere. */
  private MigrationListener beginning(Semaphore begun, int attempt, Random random) {
    boolean failing = attempt % 3 == 1;
    MigrationStep[] steps =
        Arrays.stream(MigrationStep.values())
            .filter(step -> !step.isCommitted())
            .toArray(MigrationStep[]::new);
    MigrationStep abortAt = steps[random.nextInt(steps.length)];
    if (failing && random.nextBoolean()) {
      FaultPlan[] plans = {
        FaultPlan.atConnect(),
        FaultPlan.atRound(1),
        FaultPlan.afterBytes(2 << 20),
        FaultPlan.inStopAndCopy(),
        FaultPlan.onArrival()
      };
      String vm = random.nextBoolean() ? DemoRoom.DOM_U : DemoRoom.DOM_R;
      room.failNextMove(vm, plans[random.nextInt(plans.length)]);
      abortAt = MigrationStep.VERIFY;
    }
    MigrationStep failAt = abortAt;
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        if (step == MigrationStep.START_DOMU) {
          begun.release();
        }
        if (failing && step == failAt && !step.isCommitted()) {
          throw new IllegalStateException("aborted at step=" + step);
        }
      }
    };
  }

  private static List<String> lastOfEachRunOfMotion(List<String> events) {
    List<String> kept = new ArrayList<>();
    for (String event : events) {
      boolean replaces =
          event.startsWith("@") && !kept.isEmpty() && kept.get(kept.size() - 1).startsWith("@");
      if (replaces) {
        kept.set(kept.size() - 1, event);
      } else {
        kept.add(event);
      }
    }
    return kept;
  }
}
