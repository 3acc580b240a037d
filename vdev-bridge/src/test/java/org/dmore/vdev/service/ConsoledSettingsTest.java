package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.rfb.ControlPolicy;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.IssuerKey;
import org.dmore.vdev.access.TestIssuer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoledSettingsTest {
  private static final String KEY = new TestIssuer("k1", "dc1").key().format();

  @TempDir Path folder;

  private static ConsoledSettings read(String line, String... options) throws IOException {
    return ConsoledSettings.read(line, List.of(options), "own-name");
  }

  @Test
  void withAPasswordAloneEverythingElseIsAsItIsByDefault() throws IOException {
    ConsoledSettings settings = read("console=hvc0 quiet ip=dhcp dmore.password=secret\n");

    assertThat(settings.config())
        .isEqualTo(ConsoledConfig.builder("own-name", "secret").listenOn("0.0.0.0", 5900).build());
    assertThat(settings.keys()).isEmpty();
    assertThat(settings.access().tokens()).isFalse();
    assertThat(settings.access().vm()).isEqualTo("own-name");
    assertThat(settings.state()).isEmpty();
    assertThat(settings.audit()).isEqualTo("console");
  }

  @Test
  void everySettingThereIsCanBeGiven() throws IOException {
    ConsoledSettings settings =
        read(
            "dmore.name=\"my guest\" \"dmore.password=a b\" dmore.listen=10.0.0.1 dmore.port=5901"
                + " dmore.web-port=8080 dmore.metrics-port=9100 dmore.keymap=de"
                + " dmore.max-clients=3 dmore.congestion-mark=128 dmore.control=idle:30s"
                + " dmore.idle-timeout=10m dmore.keys=/etc/dmore dmore.vm=web1 dmore.tokens"
                + " dmore.token-keys="
                + KEY
                + " dmore.token-skew=5s"
                + " dmore.state=/run/dmore dmore.audit=fd:3 dmore.power dmore.power-timeout=3s"
                + " dmore.shell");

    assertThat(settings.config())
        .isEqualTo(
            new ConsoledConfig(
                "my guest",
                "10.0.0.1",
                5901,
                "a b",
                "de",
                3,
                128,
                OptionalInt.of(8080),
                OptionalInt.of(9100),
                ControlPolicy.whenIdle(Duration.ofSeconds(30)),
                Duration.ofMinutes(10),
                Optional.of(Duration.ofSeconds(3)),
                false));
    assertThat(settings.keys()).hasValue(Path.of("/etc/dmore"));
    assertThat(settings.access())
        .isEqualTo(
            new AccessSettings(
                "web1", "a b", true, List.of(IssuerKey.parse(KEY)), Duration.ofSeconds(5)));
    assertThat(settings.state()).hasValue(Path.of("/run/dmore"));
    assertThat(settings.audit()).isEqualTo("/proc/self/fd/3");
  }

  @Test
  void tokensTakeThePlaceOfAPassword() throws IOException {
    assertThat(read("dmore.tokens dmore.name=web1").access().password()).isEmpty();
    assertThat(read("dmore.token-keys=" + KEY).access().tokens()).isTrue();
    assertThat(read("dmore.tokens dmore.password=x").access().password()).isEqualTo("x");
  }

  @Test
  void severalGuestsHaveConsolesAtPortsAfterEachOther() throws IOException {
    ConsoledSettings settings =
        read(
            "dmore.guests=web1,db.1,mail_1 dmore.password=secret dmore.port=5901"
                + " dmore.web-port=6080 dmore.tokens dmore.state=/run/dmore dmore.keymap=de");
    List<ConsoledSettings> consoles = settings.consoles();
    assertThat(consoles)
        .extracting(
            console -> console.config().guestName(),
            console -> console.access().vm(),
            console -> console.config().listenPort(),
            console -> console.config().webPort().orElseThrow(),
            console -> console.state().orElseThrow().toString())
        .containsExactly(
            tuple("web1", "web1", 5901, 6080, "/run/dmore/web1"),
            tuple("db.1", "db.1", 5902, 6081, "/run/dmore/db_2e1"),
            tuple("mail_1", "mail_1", 5903, 6082, "/run/dmore/mail_5f1"));
    assertThat(consoles)
        .allSatisfy(
            console -> {
              assertThat(console.config().shared()).isTrue();
              assertThat(console.config().keymap()).isEqualTo("de");
              assertThat(console.config().metricsPort()).isEmpty();
              assertThat(console.access().tokens()).isTrue();
            });
    assertThat(read("dmore.no-password").consoles())
        .singleElement()
        .satisfies(only -> assertThat(only.config().shared()).isFalse());
    assertThat(read("dmore.no-password dmore.guests=a,b dmore.port=0").consoles())
        .extracting(console -> console.config().listenPort())
        .containsExactly(0, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dmore.no-password dmore.guests=a,a | names a VM twice",
        "dmore.no-password dmore.guests=a, | must be 1 to 16 names",
        "dmore.no-password dmore.guests=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17 | 1 to 16 names",
        "dmore.no-password dmore.guests=a,b dmore.name=c | name has no meaning with guests",
        "dmore.no-password dmore.guests=a,b dmore.vm=c | vm has no meaning with guests",
        "dmore.no-password dmore.guests=a,b dmore.web-port=5901 | leave more room",
        "dmore.no-password dmore.guests=a,b dmore.port=65535 | port=65535 has no 1 ports after it",
        "dmore.tokens dmore.no-password | tokens would have no meaning",
        "dmore.token-keys=nonsense | key=nonsense is not ID:ISSUER:POINT",
        "dmore.tokens dmore.token-skew=1h | token-skew=PT1H is not in 0..600s",
        "dmore.tokens dmore.audit=here | audit=here is not one of console, none",
        "dmore.tokens dmore.power-timeout=3s | has no meaning without dmore.power",
      })
  void whatCannotBeTogetherIsSaid(String line, String problem) {
    assertThatThrownBy(() -> read(line)).hasMessageContaining(problem);
  }

  @Test
  void optionsGoBeforeTheKernelsCommandLine() throws IOException {
    ConsoledSettings settings =
        read("dmore.password=secret dmore.port=1 dmore.keymap=de", "--port=2", "--name=other");

    assertThat(settings.config().listenPort()).isEqualTo(2);
    assertThat(settings.config().keymap()).isEqualTo("de");
    assertThat(settings.config().guestName()).isEqualTo("other");
  }

  @Test
  void thePasswordMayBeAFilesFirstLine() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "secret\nsecond\n");

    assertThat(read("dmore.password-file=" + file).config().password()).isEqualTo("secret");
    assertThatThrownBy(() -> read("dmore.password-file=" + folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessage("password-file=" + folder.resolve("none") + " cannot be read: it is not there");
  }

  @Test
  void noPasswordMustBeSaid() throws IOException {
    assertThat(read("dmore.no-password").config().password()).isEmpty();
    assertThatThrownBy(() -> read("quiet")).hasMessageStartingWith("no password is set: give");
    assertThatThrownBy(() -> read("dmore.password="))
        .hasMessageStartingWith("the password is empty");
    assertThatThrownBy(() -> read("dmore.password=x dmore.no-password"))
        .hasMessageContaining("password and no-password are given");
  }

  @ParameterizedTest
  @CsvSource({
    "dmore.pasword,dmore.password",
    "dmore.webport,dmore.web-port",
    "dmore.nam,dmore.name"
  })
  void anUnknownNameIsAnErrorThatNamesTheNearest(String mistyped, String meant) {
    assertThatThrownBy(() -> read("dmore.no-password " + mistyped + "=x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistyped + " is not known: did you mean " + meant + "?");
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    "dmore.port=x dmore.web-port=70000 dmore.control=me dmore.idle-timeout=5"
                        + " dmore.keymap=xx dmore.shell=1 dmore.name",
                    "stray",
                    "--nonsense"))
        .hasMessageContainingAll(
            "port=x is not a number",
            "webPort=70000 is not in 0..65535",
            "control=me is not one of",
            "idle-timeout=5 is not a time",
            "keymap=xx is not one of",
            "dmore.shell takes no value",
            "dmore.name needs a value",
            "argument=stray does not begin with --",
            "--nonsense is not known",
            "no password is set");
  }

  @Test
  void wordsAreSplitAsTheKernelSplitsThem() {
    assertThat(SettingWords.split(" a=\"b c\"  \"d=e f\"\tg \"\" h\n"))
        .containsExactly("a=b c", "d=e f", "g", "", "h");
    assertThat(SettingWords.split("")).isEmpty();
  }
}
