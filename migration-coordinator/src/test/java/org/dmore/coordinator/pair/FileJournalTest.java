package org.dmore.coordinator.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import org.dmore.coordinator.pair.MigrationJournal.Entry;
import org.dmore.coordinator.pair.MigrationJournal.Mark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
  @TempDir private Path folder;

  private static Entry entry(MigrationStep step, Mark mark) {
    return new Entry(
        Instant.parse("2026-11-21T10:00:00Z"),
        "7",
        "u+r",
        "alpha",
        "beta",
        step,
        mark,
        "a \"b\"\nc",
        Map.of("in-cons", "7"));
  }

  @Test
  void whatWasWrittenIsReadAgainByTheNextProcess() throws IOException {
    Path file = folder.resolve("journal");
    try (FileJournal journal = new FileJournal(file)) {
      journal.append(entry(MigrationStep.HOLD, Mark.BEGIN));
      journal.append(entry(MigrationStep.HOLD, Mark.FAILED));
    }
    try (FileJournal journal = new FileJournal(file)) {
      journal.append(entry(MigrationStep.HOLD, Mark.UNDONE));
      assertThat(journal.entries())
          .containsExactly(
              entry(MigrationStep.HOLD, Mark.BEGIN),
              entry(MigrationStep.HOLD, Mark.FAILED),
              entry(MigrationStep.HOLD, Mark.UNDONE));
    }
  }

  @Test
  void aLineThatACrashCutShortIsDropped() throws IOException {
    Path file = folder.resolve("journal");
    try (FileJournal journal = new FileJournal(file)) {
      journal.append(entry(MigrationStep.COMMIT, Mark.BEGIN));
    }
    Files.writeString(file, "{\"time\":\"2026-", StandardOpenOption.APPEND);
    try (FileJournal journal = new FileJournal(file)) {
      journal.append(entry(MigrationStep.COMMIT, Mark.DONE));
      assertThat(journal.entries())
          .containsExactly(
              entry(MigrationStep.COMMIT, Mark.BEGIN), entry(MigrationStep.COMMIT, Mark.DONE));
    }
  }

  @Test
  void nonsenseInTheMiddleIsAnErrorThatShowsTheLine() throws IOException {
    Path file = folder.resolve("journal");
    Files.writeString(file, "nonsense\n");
    try (FileJournal journal = new FileJournal(file)) {
      assertThatThrownBy(journal::entries)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nonsense");
    }
  }
}
