package org.dmore.coordinator.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostdSettingsTest {
  private static final String LEAST = "name: alpha\naddress: 10.0.0.1\n";
  private static final Path EXAMPLE = Path.of("src/deb/etc/dmore/hostd.yaml");

  @TempDir private Path folder;

  private HostdSettings read(String text) throws IOException {
    return HostdSettings.read(Files.writeString(folder.resolve("hostd.yaml"), text));
  }

  @Test
  void aNameAndAnAddressAreEnough() throws Exception {
    HostdSettings settings = read(LEAST);
    assertThat(settings.name()).isEqualTo("alpha");
    assertThat(settings.address()).isEqualTo("10.0.0.1");
    assertThat(settings.socket()).isEqualTo(Path.of("/run/dmore/hostd.sock"));
    assertThat(settings.operators()).isEqualTo(new HostdSettings.Operators(Set.of(), Set.of()));
    assertThat(settings.api()).isEmpty();
    assertThat(settings.store().sqlite()).contains(Path.of("/var/lib/dmore/state.db"));
    assertThat(settings.store().etcd()).isEmpty();
    assertThat(settings.libvirt()).isEmpty();
    assertThat(settings.streams()).isEqualTo(HostdSettings.Streams.PLAIN);
    assertThat(settings.consoleVms()).isEmpty();
    assertThat(settings.issuer()).isEmpty();
    assertThat(settings.audit()).isEmpty();
    assertThat(settings.maxVms()).isEmpty();
    assertThat(settings.labels()).isEmpty();
    assertThat(settings.run()).isEqualTo(Path.of("/run/dmore"));
    assertThat(settings.migration())
        .extracting(HostdSettings.Migration::answer, HostdSettings.Migration::pausedBound)
        .containsOnly(Optional.empty());
    assertThat(settings.waits())
        .extracting(HostdSettings.Waits::toolstack, HostdSettings.Waits::leader)
        .containsOnly(Optional.empty());
  }

  @Test
  void theExampleCanBeReadAsItIs() throws Exception {
    assertThat(HostdSettings.read(EXAMPLE)).isEqualTo(read(LEAST));
  }

  @Test
  void theExampleHasAllSettingsThereAre() throws Exception {
    String all = Files.readString(EXAMPLE).replaceAll("(?m)^#(?=[a-z]|  )", "");
    assertThat(read(all))
        .isEqualTo(
            new HostdSettings(
                "alpha",
                "10.0.0.1",
                Path.of("/run/dmore/hostd.sock"),
                new HostdSettings.Operators(Set.of(1000), Set.of(27)),
                Optional.of(
                    new HostdSettings.Api(
                        "10.0.0.1:7443",
                        Path.of("/etc/dmore/alpha.key"),
                        Path.of("/etc/dmore/alpha.pem"),
                        Path.of("/etc/dmore/ca.pem"))),
                new HostdSettings.Store(
                    Optional.empty(),
                    Optional.of(
                        new HostdSettings.Etcd(
                            List.of(
                                URI.create("https://10.0.0.1:2379"),
                                URI.create("https://10.0.0.2:2379"),
                                URI.create("https://10.0.0.3:2379")),
                            Optional.of(Path.of("/etc/dmore/etcd-ca.pem")),
                            Optional.of(Path.of("/etc/dmore/etcd.pem")),
                            Optional.of(Path.of("/etc/dmore/etcd.key")),
                            Optional.of("dmore"),
                            Optional.of(Path.of("/etc/dmore/etcd.password"))))),
                Optional.of(
                    new HostdSettings.Libvirt("xen:///system", "xen+tls://10.0.0.1/system", false)),
                HostdSettings.Streams.TLS,
                Optional.of("/etc/xen/%s.cfg"),
                Optional.of(Path.of("/etc/dmore/issuer.key")),
                Optional.of(Path.of("/var/log/dmore-audit.log")),
                OptionalInt.of(64),
                Map.of("ssd", "yes"),
                Path.of("/run/dmore"),
                new HostdSettings.Migration(
                    seconds(5),
                    seconds(3600),
                    Optional.of(Duration.ofMillis(200)),
                    seconds(60),
                    seconds(60),
                    Optional.of(Duration.ofMillis(500)),
                    seconds(10),
                    seconds(10)),
                new HostdSettings.Waits(
                    seconds(30),
                    seconds(120),
                    seconds(60),
                    seconds(10),
                    seconds(3),
                    seconds(5),
                    seconds(1),
                    seconds(10),
                    seconds(10))));
  }

  private static Optional<Duration> seconds(long number) {
    return Optional.of(Duration.ofSeconds(number));
  }

  @Test
  void aNameThatIsNotKnownIsAnErrorThatSaysWhere() {
    assertThatThrownBy(() -> read(LEAST + "adress: 10.0.0.2\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("hostd.yaml setting=adress:", "Unrecognized");
    assertThatThrownBy(() -> read(LEAST + "waits:\n  arival: 1s\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("setting=waits.arival:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "10 s", "1.5s", "-1s", "PT10S", "soon", "9999999999s"})
  void aTimeThatIsNoneIsAnErrorThatSaysHowItIsWritten(String time) {
    assertThatThrownBy(() -> read(LEAST + "waits:\n  arrival: \"" + time + "\"\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(time, "as in 10s", "setting=waits.arrival:");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() -> read("streams: TLS\nstore:\n  sqlite: /a\n  etcd: {endpoints: []}\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            "name=null", "address is missing", "one of sqlite and etcd", "streams=tls needs api");
    assertThatThrownBy(() -> read(LEAST + "store: {}\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("one of sqlite and etcd");
    assertThatThrownBy(() -> read("name: a/b\naddress: x\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("name=a/b must be");
  }

  @Test
  void whatIsNoYamlIsAnErrorThatSaysWhere() {
    assertThatThrownBy(() -> read(LEAST + "\tmax-vms: 3\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hostd.yaml line=");
  }

  @Test
  void aFileThatIsEmptyOrNotThereIsToldApart() {
    assertThatThrownBy(() -> read("")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> HostdSettings.read(folder.resolve("none.yaml")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.yaml is not there");
  }
}
