package org.dmore.benchmarks.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.junit.jupiter.api.Test;

class InputBooksTest {
  private final StringWriter said = new StringWriter();
  private final ScenarioReport report =
      new ScenarioReport(new PrintWriter(said, true), Path.of("unused"));
  private final InputBooks books = new InputBooks();

  private void receipt(int accepted, int before, int after) throws Exception {
    books.receipt(
        JsonMapper.builder()
            .build()
            .readTree(
                "{\"accepted\":%d,\"consumedBefore\":%d,\"deliveredAfter\":%d}"
                    .formatted(accepted, before, after)));
  }

  private void seen(int keys, int pointer) {
    books.seen(new Count(keys, "", pointer, "", 0, 0));
  }

  @Test
  void receiptsThatEndAmidWhatIsTypedAddUpOverAll() throws Exception {
    seen(0, 2);
    receipt(70, 50, 20);
    seen(100, 0);
    receipt(32, 32, 0);
    seen(0, 0);
    books.check(report);
    assertThat(report.failed()).isZero();
    assertThat(report.passed()).isEqualTo(2);
  }

  @Test
  void oneEventTooManyOrTooFewShows() throws Exception {
    receipt(99, 50, 49);
    seen(100, 0);
    books.check(report);
    assertThat(report.failed()).isEqualTo(2);
    assertThat(said.toString()).contains("expected=100 seen=99");
  }

  @Test
  void whatWasAcceptedAndNeverDeliveredShows() throws Exception {
    receipt(100, 50, 49);
    seen(100, 0);
    books.check(report);
    assertThat(report.failed()).isEqualTo(1);
  }
}
