package org.dmore.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SoakTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new SoakCommand())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @Test
  void movesWithFaultsLeaveThePairSound() {
    int status = line.execute("--moves=60");
    assertThat(status).as("%s%s", out, err).isZero();
    assertThat(out.toString()).contains("moves=60 ").contains("nothing lost");
  }

  @Test
  void aNumberOutOfRangeIsRefused() {
    assertThat(line.execute("--moves=0")).isEqualTo(2);
    assertThat(err.toString()).contains("--moves=0 is not in 1..1000000");
  }

  @Test
  void aLostADoubledAndAnExchangedKeyAreToldApartFromAllIsWell() throws Exception {
    TypedKeys keys = new TypedKeys();
    keys.sent('a', true);
    assertThat(keys.awaitAll(1))
        .hasValueSatisfying(text -> assertThat(text).contains("did not come"));
    keys.key(30, true);
    assertThat(keys.awaitAll(1)).isEmpty();
    keys.key(30, true);
    assertThat(keys.awaitAll(1))
        .hasValueSatisfying(text -> assertThat(text).contains("never sent"));
    TypedKeys others = new TypedKeys();
    others.sent('z', true);
    others.sent('q', true);
    others.key(16, true);
    others.key(44, true);
    assertThat(others.awaitAll(1))
        .hasValueSatisfying(text -> assertThat(text).contains("event=0 is code=16", "code=44"));
  }
}
