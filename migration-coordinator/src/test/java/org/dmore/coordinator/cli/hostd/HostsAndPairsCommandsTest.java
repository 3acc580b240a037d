package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.store.record.HostRecord.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsAndPairsCommandsTest {
  private final CommandBench bench = new CommandBench();

  @BeforeEach
  void layOut() {
    bench.plane.hosts.add(CommandBench.host("alpha", State.ACTIVE, true));
    bench.plane.hosts.add(CommandBench.host("beta", State.DRAINING, false));
    bench.plane.pairs.add(CommandBench.pair("web1", "alpha"));
  }

  private String out(String... arguments) {
    Result result = bench.run(arguments);
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    return result.out();
  }

  private Result wrong(int status, String... arguments) {
    Result result = bench.run(arguments);
    assertThat(result.status()).as(result.out() + result.err()).isEqualTo(status);
    return result;
  }

  @Test
  void hostsAreATable() {
    assertThat(out("hosts"))
        .isEqualTo(
            """
            NAME   STATE     PRESENT  PAIRS  MAX-VMS  FREE/GIB   LABELS          LAST-SEEN
            alpha  active    yes      2      40       12.5/64.0  rack=3,ssd=yes  2026-11-28T12:00:00Z
            beta   draining  no       2      40       12.5/64.0  rack=3,ssd=yes  2026-11-28T12:00:00Z
            """);
  }

  @Test
  void hostsAreAnObjectALine() {
    assertThat(out("hosts", "--json").lines().findFirst())
        .contains(
            "{\"event\":\"host\",\"name\":\"alpha\",\"state\":\"active\",\"present\":true,"
                + "\"pairs\":2,\"maxVms\":40,\"freeMemoryBytes\":13421772800,"
                + "\"memoryBytes\":68719476736,\"labels\":{\"rack\":\"3\",\"ssd\":\"yes\"},"
                + "\"lastSeen\":\"2026-11-28T12:00:00Z\",\"api\":\"https://alpha:7443\"}");
  }

  @Test
  void labelsAreChangedAndOthersKept() {
    assertThat(out("hosts", "label", "alpha", "rack=4", "ssd-", "gpu=a"))
        .isEqualTo("host=alpha labels=gpu=a,rack=4 max-vms=40\n");
    assertThat(bench.plane.asked())
        .containsExactly(
            "hosts",
            "editHost alpha HostEdit[labels=Optional[{gpu=a, rack=4}], maxVms=OptionalInt.empty,"
                + " down=false]");
  }

  @Test
  void howManyVmsIsChangedWithoutTouchingLabels() {
    assertThat(out("hosts", "label", "alpha", "--max-vms", "7")).contains("max-vms=7");
    assertThat(bench.plane.asked())
        .containsExactly(
            "editHost alpha HostEdit[labels=Optional.empty, maxVms=OptionalInt[7],"
                + " down=false]");
  }

  @Test
  void aHostIsSaidToBeDown() {
    assertThat(out("hosts", "down", "beta")).isEqualTo("host=beta is taken for down\n");
    assertThat(bench.plane.asked()).containsExactly("editHost beta " + HostEdit.DOWN);
    assertThat(wrong(2, "hosts", "down").err()).contains("HOST");
  }

  @Test
  void labelsThatAreNoneAreAWrongCommandLine() {
    assertThat(wrong(2, "hosts", "label", "alpha", "rack").err())
        .startsWith("label=rack must be NAME=VALUE, or NAME- to take it away");
    assertThat(wrong(2, "hosts", "label", "alpha").err()).startsWith("Nothing to change");
    assertThat(wrong(2, "hosts", "label", "alpha", "--max-vms", "0").err())
        .startsWith("--max-vms=0 must be 1 or more");
    assertThat(bench.plane.asked()).isEmpty();
  }

  @Test
  void aHostThatIsNotThereIsAnErrorThatNamesThoseThatAre() {
    assertThat(wrong(4, "hosts", "label", "gamma", "rack=1").err())
        .isEqualTo("dmore: no host=gamma: there are [alpha, beta]\n");
  }

  @Test
  void pairsAreATableAndObjects() {
    assertThat(out("pairs"))
        .isEqualTo(
            """
            NAME  DOMU  DOMR          HOST   CONSOLE        MOVE  LABELS
            web1  web1  web1-console  alpha  10.0.0.9:5900  -     owner=ann
            """);
    assertThat(out("pairs", "--json"))
        .isEqualTo(
            "{\"event\":\"pair\",\"name\":\"web1\",\"domu\":\"web1\",\"domr\":\"web1-console\","
                + "\"host\":\"alpha\",\"console\":\"10.0.0.9:5900\",\"labels\":{\"owner\":\"ann\"},"
                + "\"affinity\":{\"ssd\":\"yes\"}}\n");
  }

  @Test
  void aPairIsAddedShownAndRemoved() {
    String[] add = {
      "pairs",
      "add",
      "db1",
      "--domu",
      "db1",
      "--domr",
      "db1-c",
      "--console",
      "[::1]:5901",
      "--label",
      "owner=bob",
      "--label",
      "tier=2",
      "--affinity",
      "ssd=yes"
    };
    assertThat(out(add)).isEqualTo("pair=db1 is known, on host=alpha\n");
    assertThat(out("pairs", "show", "web1"))
        .isEqualTo(
            """
            pair      web1
            user VM   web1
            console   web1-console, viewers connect to 10.0.0.9:5900
            host      alpha
            move      none
            labels    owner=ann
            needs     a host with ssd=yes
            """);
    assertThat(out("pairs", "remove", "db1")).isEqualTo("removed: pair=db1\n");
    assertThat(bench.plane.asked())
        .containsExactly(
            "definePair PairRecord[name=db1, domU=db1, domR=db1-c, host=, console=[::1]:5901,"
                + " labels="
                + Map.copyOf(Map.of("owner", "bob", "tier", "2"))
                + ", affinity={ssd=yes},"
                + " others=[]]",
            "pair web1",
            "forgetPair db1");
  }

  @Test
  void aPairMayHaveSeveralUserVms() {
    String[] add = {
      "pairs",
      "add",
      "shop",
      "--domu",
      "web1",
      "--domu",
      "db1",
      "--domu",
      "mail1",
      "--domr",
      "shop-console",
      "--console",
      "[::1]:5901"
    };
    assertThat(out(add)).isEqualTo("pair=shop is known, on host=alpha\n");
    assertThat(bench.plane.asked().get(0))
        .startsWith("definePair PairRecord[name=shop, domU=web1, domR=shop-console,")
        .endsWith("others=[db1, mail1]]");
  }

  @Test
  void aConsoleThatIsNoAddressIsAWrongCommandLine() {
    assertThat(
            wrong(2, "pairs", "add", "db1", "--domu", "a", "--domr", "b", "--console", "c").err())
        .startsWith("address=c must be HOST:PORT");
  }

  @Test
  void powerIsSwitched() {
    assertThat(out("power", "web1", "reboot")).isEqualTo("power: pair=web1 action=reboot\n");
    assertThat(out("power", "web1", "reset", "--json"))
        .isEqualTo("{\"event\":\"power\",\"pair\":\"web1\",\"action\":\"reset\"}\n");
    assertThat(out("power", "shop/db1", "reset")).isEqualTo("power: pair=shop/db1 action=reset\n");
    assertThat(bench.plane.asked())
        .containsExactly("power web1 REBOOT", "power web1 RESET", "power shop/db1 RESET");
    assertThat(wrong(2, "power", "web1", "explode").err()).contains("explode");
  }

  @ParameterizedTest
  @CsvSource({"INVALID,2", "NOT_FOUND,4", "CONFLICT,4", "FORBIDDEN,4", "UNAVAILABLE,3"})
  void aRefusalHasItsOwnStatusAndSaysWhy(Reason reason, int status) {
    bench.plane.fail(new ControlException(reason, "pair=web1 says no"));
    assertThat(wrong(status, "pairs", "show", "web1").err())
        .isEqualTo("dmore: pair=web1 says no\n");
  }

  @Test
  void aHostdThatDoesNotAnswerHasItsOwnStatus() {
    bench.plane.fail(new IOException("Connection refused"));
    assertThat(wrong(3, "hosts").err())
        .isEqualTo("dmore: hostd does not answer: Connection refused\n");
  }

  @Test
  void theHostdToAskIsNamedOnTheCommandLine() {
    assertThat(out("hosts", "--hostd", "unix:/tmp/h.sock")).isNotEmpty();
    String[] remote = {
      "hosts", "--hostd", "https://alpha:7443", "--cert", "c", "--key", "k", "--ca", "a"
    };
    assertThat(out(remote)).isNotEmpty();
    assertThat(bench.opened)
        .containsExactly(
            new HostdAddress.Local(Path.of("/tmp/h.sock")),
            new HostdAddress.Remote(
                URI.create("https://alpha:7443"), Path.of("c"), Path.of("k"), Path.of("a")));
    assertThat(wrong(2, "hosts", "--hostd", "https://alpha:7443").err())
        .startsWith("hostd=https://alpha:7443 needs to know who asks");
    assertThat(wrong(2, "hosts", "--hostd", "alpha").err())
        .startsWith("hostd=alpha must be unix:/PATH or https://HOST:PORT");
    assertThat(wrong(2, "hosts", "--hostd", "https://alpha").err()).contains("https://HOST:PORT");
  }

  @Test
  void everyCommandHasHelpThatTellsItsStatuses() {
    for (String command :
        "hosts hosts/label pairs pairs/add pairs/show pairs/remove migrate migrations migrations/show migrations/cancel drain undrain console console/revoke screenshot type keys power completion"
            .split(" ", -1)) {
      String[] words = (command + "/--help").split("/");
      assertThat(out(words)).as(command).contains("Exit status: 0 done", "Usage: dmore");
    }
    assertThat(out("--help")).contains("4 refused as things stand");
  }
}
