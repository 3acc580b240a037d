package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.api.HostKeys;
import org.dmore.coordinator.api.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script and socat, as they are used, between two ends that speak xl's protocol. */
class XlMigrationTest {
  @TempDir private Path folder;
  private XlBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new XlBench(folder);
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void aVmHasLandedWhenAllOfItIsThereAndGoesWhenItIsLetGo() throws Exception {
    XlStream stream = bench.start();
    XlMigration migration = bench.migration(stream);
    bench.awaitThat("half-sent");
    assertThatThrownBy(() -> migration.awaitLanded(Duration.ofMillis(100)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("has not landed");
    assertThat(migration.progress().phase()).isEqualTo("copying");
    bench.sendTheRest();
    migration.awaitLanded(XlBench.SOON);
    assertThat(migration.progress().phase()).isEqualTo("landed");
    bench.assertArrived();
    assertThat(bench.happened("left")).isFalse();
    assertThat(bench.happened("unpaused-p")).isFalse();
    migration.complete();
    bench.awaitThat("left");
    bench.awaitThat("unpaused-p");
    assertThat(stream.status()).hasValue(0);
    assertThat(XlStream.of(bench.streamFolder())).isEmpty();
  }

  @Test
  void aVmThatHasLandedAndIsGivenUpGoesOnWhereItWas() throws Exception {
    XlMigration migration = bench.migration(bench.start());
    bench.sendTheRest();
    migration.awaitLanded(XlBench.SOON);
    migration.abort();
    assertThat(bench.happened("goes-on")).isTrue();
    bench.awaitThat("given-up");
    assertThat(bench.happened("unpaused-p")).isFalse();
    assertThat(XlStream.of(bench.streamFolder())).isEmpty();
  }

  @Test
  void aConnectionThatIsCutMidwayLeavesTheVmWhereItIs() throws Exception {
    XlStream stream = bench.start();
    XlMigration migration = bench.migration(stream);
    bench.awaitThat("half-sent");
    stream.cut(XlBench.SOON);
    bench.awaitThat("given-up");
    bench.sendTheRest();
    assertThatThrownBy(() -> migration.awaitLanded(XlBench.SOON))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vm=domu did not move");
    assertThat(bench.happened("goes-on")).isTrue();
    assertThat(bench.happened("reported")).isFalse();
  }

  @Test
  void whoComesAfterAHostdThatIsGoneDecides() throws Exception {
    XlStream former = bench.start();
    bench.sendTheRest();
    bench.awaitThat("reported");
    bench.migration(former).awaitLanded(XlBench.SOON);
    XlStream found = XlStream.of(bench.streamFolder()).orElseThrow();
    assertThat(found.hasLanded()).isTrue();
    assertThat(found.status()).isEmpty();
    bench.migration(found).complete();
    bench.awaitThat("left");
    bench.awaitThat("unpaused-p");
  }

  @Test
  void aVmThatHasGoneForGoodIsNotCalledOff() throws Exception {
    XlStream stream = bench.start();
    bench.sendTheRest();
    bench.migration(stream).awaitLanded(XlBench.SOON);
    stream.decide(true, XlBench.SOON);
    assertThat(stream.awaitEnd(XlBench.SOON)).hasValue(0);
    assertThatThrownBy(() -> bench.migration(stream).abort())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at the destination for good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-rf", "a b", "a'b", "$(id)", "a;b", "../a", "a\nb"})
  void aNameThatAShellCouldTakeForMoreIsRefused(String name) {
    assertThatThrownBy(() -> XlStream.start(bench.streamFolder(), name, "TCP:127.0.0.1:9"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("are understood");
    assertThatThrownBy(() -> XlStream.start(bench.streamFolder(), XlBench.VM, name))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("are understood");
    assertThatThrownBy(() -> bench.landings(StreamSecurity.PLAIN).forXl(name, "127.0.0.1"))
        .isInstanceOf(IOException.class);
    assertThat(bench.streamFolder()).doesNotExist();
  }

  @Test
  void aPlaceTakesNobodyFromAnotherAddress() throws Exception {
    bench.keptOpenFor(Duration.ofSeconds(1));
    XlMigration migration =
        bench.migration(
            bench.start(StreamSecurity.PLAIN, bench.open(StreamSecurity.PLAIN, "127.0.0.2")));
    assertRefused(migration);
  }

  @Test
  void aPlaceIsKeptOpenForABoundedTime() throws Exception {
    bench.keptOpenFor(Duration.ofSeconds(1));
    String address = bench.open(StreamSecurity.PLAIN, "");
    assertThat(bench.hasReceivers()).isTrue();
    bench.awaitReceiversEnd();
    assertRefused(bench.migration(bench.start(StreamSecurity.PLAIN, address)));
  }

  @Test
  void bothEndsOfAProtectedStreamProveWhoTheyAre() throws Exception {
    Path ours = folder.resolve("ours");
    HostKeys.KeyFiles unused = HostKeys.makeAuthority(ours);
    StreamSecurity alpha = security(ours, "alpha");
    StreamSecurity beta = security(ours, "beta");
    XlMigration migration = bench.migration(bench.start(alpha, bench.open(beta, "127.0.0.1")));
    bench.sendTheRest();
    migration.awaitLanded(XlBench.SOON);
    bench.assertArrived();
    migration.complete();
    bench.awaitThat("unpaused-p");
  }

  @Test
  void aHostOfTheSameAuthorityThatIsNotTheOneThatWasAnnouncedIsRefused() throws Exception {
    Path ours = folder.resolve("ours");
    HostKeys.KeyFiles unused = HostKeys.makeAuthority(ours);
    StreamSecurity beta = security(ours, "beta");
    assertRefused(
        bench.migration(bench.start(security(ours, "gamma"), bench.open(beta, "127.0.0.1"))));
  }

  @Test
  void aHostOfAForeignAuthorityIsRefused() throws Exception {
    Path ours = folder.resolve("ours");
    HostKeys.KeyFiles unused = HostKeys.makeAuthority(ours);
    StreamSecurity beta = security(ours, "beta");
    Path foreign = folder.resolve("foreign");
    HostKeys.KeyFiles unusedToo = HostKeys.makeAuthority(foreign);
    StreamSecurity alpha =
        new StreamSecurity(
            security(foreign, "alpha")
                .keys()
                .map(
                    keys ->
                        new StreamSecurity.Keys(
                            keys.certificate(), keys.key(), ours.resolve("ca.pem"))));
    assertRefused(bench.migration(bench.start(alpha, bench.open(beta, "127.0.0.1"))));
  }

  private static StreamSecurity security(Path authority, String host) throws IOException {
    HostKeys.KeyFiles files = HostKeys.issue(authority, host, Role.HOST, List.of("127.0.0.1"));
    return new StreamSecurity(
        java.util.Optional.of(
            new StreamSecurity.Keys(files.certificate(), files.key(), files.authority())));
  }

  private void assertRefused(XlMigration migration) {
    assertThatThrownBy(() -> migration.awaitLanded(XlBench.SOON))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not move");
    assertThat(bench.happened("goes-on")).isTrue();
    assertThat(bench.happened("half-sent")).isFalse();
    assertThat(bench.happened("arrived")).isFalse();
  }
}
