package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.dmore.xen.DomainId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XlListingTest {
  private static final String HEAD =
      "Name                                        ID   Mem VCPUs\tState\tTime(s)\n";
  private static final String LISTING =
      HEAD
          + """
          Domain-0                                     0  1024     1     r-----      17.3
          domu                                         3   111     0     --p---       0.0
          domr--incoming                               4   190     1     --p---       0.0
          web1                                         7  2048     4     -b----    1042.9
          a name with spaces                          12    64     1     r-----       0.1
          """;

  @Test
  void allDomainsButDom0AreRead() throws Exception {
    assertThat(XlListing.parse(LISTING).domains())
        .containsExactly(
            new XlListing.Line(new DomainId(3), "domu", 111L << 20, 0, "--p---"),
            new XlListing.Line(new DomainId(4), "domr--incoming", 190L << 20, 1, "--p---"),
            new XlListing.Line(new DomainId(7), "web1", 2048L << 20, 4, "-b----"),
            new XlListing.Line(new DomainId(12), "a name with spaces", 64L << 20, 1, "r-----"));
    assertThat(XlListing.parse(HEAD).domains()).isEmpty();
  }

  @Test
  void whatArrivesIsFoundUnderTheNameThatItsToolstackGivesIt() throws Exception {
    XlListing listing = XlListing.parse(LISTING);
    assertThat(listing.arriving("domu").map(XlListing.Line::id)).contains(new DomainId(3));
    assertThat(listing.arriving("domr").map(XlListing.Line::id)).contains(new DomainId(4));
    assertThat(listing.arriving("web1")).isEmpty();
    assertThat(listing.arriving("nobody")).isEmpty();
    assertThat(listing.find("domr")).isEmpty();
    assertThat(listing.find("web1").map(XlListing.Line::id)).contains(new DomainId(7));
  }

  @ParameterizedTest
  @CsvSource({
    "r-----,true",
    "-b----,true",
    "------,true",
    "--p---,false",
    "---s--,false",
    "----c-,false",
    "-----d,false"
  })
  void aDomainThatIsNotPausedOrAtItsEndRuns(String state, boolean runs) {
    XlListing.Line line = new XlListing.Line(new DomainId(1), "web1", 1, 1, state);
    assertThat(line.runs()).isEqualTo(runs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"web1 7 2048 4 -b----", "web1 seven 2048 4 -b---- 1.0", "web1 7 2G 4 -b---- 1.0"})
  void aLineThatIsNoDomainIsAnError(String line) {
    assertThatThrownBy(() -> XlListing.parse(HEAD + line + "\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be read: " + line);
  }
}
