package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.IntStream;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoRoomTest {
  private static final String PASSWORD = "secret";
  private static final int RETURN = 0xff0d;

  private final RecordedInput input = new RecordedInput();
  private DemoRoom room;

  @BeforeEach
  void open() throws Exception {
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
                .small()
                .withMigration(PatientMigration.SETTINGS),
            new MemoryJournal(),
            input);
  }

  @AfterEach
  void close() {
    room.close();
    assertThat(room.machineRoom().invariantViolations()).isEmpty();
  }

  @Test
  void whatIsTypedIsEchoedOnTheGuestsScreen() {
    try (Viewer viewer = new Viewer(room.address(), PASSWORD)) {
      viewer.type("echo Hello, World!");
      viewer.type(RETURN);
      await().until(() -> guestText().contains("\nHello, World!"));
      await().untilAsserted(() -> assertThat(viewer.screen()).isNotNull());
    }
  }

  @Test
  void theClientGoesOnTypingThroughAMove() throws Exception {
    try (Viewer viewer = new Viewer(room.address(), PASSWORD)) {
      viewer.type("echo one ");
      MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
      viewer.type("two");
      viewer.type(RETURN);
      await().until(() -> guestText().contains("\none two"));
      assertThat(receipt.isExact()).isTrue();
      assertThat(receipt.complete()).isTrue();
      assertThat(receipt.accepted()).isEqualTo(receipt.consumedBefore() + receipt.held());
      assertThat(room.location().name()).isEqualTo("beta");
      assertThat(viewer.isRunning()).isTrue();
      InputAudit audit = room.audit(Duration.ofSeconds(5));
      assertThat(audit.isExact()).as("%s", audit).isTrue();
    }
  }

  private String guestText() {
    return IntStream.range(0, room.guest().textRows())
        .mapToObj(row -> room.guest().textAt(row).stripTrailing())
        .reduce("", (text, row) -> text + "\n" + row);
  }
}
