package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleCommandTest {
  /** The fake's. */
  private static final String PASSWORD = "pass0123";

  @TempDir Path folder;
  private final CommandBench bench = new CommandBench();

  /** A viewer that writes down how it was started, and what all processes were started with. */
  private Path viewer(String name, int status) throws Exception {
    Path program = folder.resolve(name);
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo "$@" > "%1$s/arguments"
        cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null | tr '\\0' '\\n' > "%1$s/seen"
        if [ "$1" = -passwd ]; then
          stat -c %%a "$2" > "%1$s/mode"
          cp "$2" "%1$s/password"
        fi
        exit %2$d
        """
            .formatted(folder, status));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  @Test
  void aConsoleIsAnAddressAndAPasswordForOnce() {
    Result result = bench.run("console", "web1");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            Connect   vncviewer 10.0.0.9::5900
            Password  pass0123
            Good for  control, once, until 2026-11-28T12:05:00Z
            Revoke    dmore console revoke web1 --id otp-1
            """);
    assertThat(bench.plane.asked())
        .containsExactly(
            "openConsole ConsoleRequest[pair=web1, kind=PASSWORD, right=CONTROL, lifetime=PT5M,"
                + " uses=OptionalInt[1], user=, guest=Optional.empty]");
  }

  @Test
  void aTokenIsAskedForInItsOwnTerms() {
    String[] token = {
      "console", "web1", "--token", "--right", "view", "--time", "1h", "--user", "ann", "--json"
    };
    assertThat(bench.run(token).out())
        .isEqualTo(
            "{\"event\":\"access\",\"pair\":\"web1\",\"address\":\"10.0.0.9:5900\","
                + "\"id\":\"otp-1\",\"right\":\"view\",\"expires\":\"2026-11-28T12:05:00Z\","
                + "\"token\":\"eyJ.a.b\"}\n");
    assertThat(bench.run("console", "web1", "--token", "--uses", "3").out())
        .contains("Token     eyJ.a.b\n", "Good for  control, 3 times, until");
    assertThat(bench.plane.asked())
        .containsExactly(
            "openConsole ConsoleRequest[pair=web1, kind=TOKEN, right=VIEW, lifetime=PT1H,"
                + " uses=OptionalInt.empty, user=ann, guest=Optional.empty]",
            "openConsole ConsoleRequest[pair=web1, kind=TOKEN, right=CONTROL, lifetime=PT5M,"
                + " uses=OptionalInt[3], user=, guest=Optional.empty]");
    assertThat(bench.run("console", "shop/db1").out())
        .as("revoked by the pair")
        .contains("dmore console revoke shop --id otp-1");
    assertThat(bench.plane.asked().get(2)).contains("pair=shop,").contains("guest=Optional[db1]]");
    assertThat(bench.run("console", "web1", "--right", "all").status()).isEqualTo(2);
    assertThat(bench.run("console").err()).startsWith("Missing required parameter: 'PAIR'");
  }

  @Test
  void aViewerGetsThePasswordInAFileThatIsGoneAfterwardsAndNeverOnACommandLine() throws Exception {
    viewer("vncviewer", 0);
    Result result = bench.withPrograms(folder).run("console", "web1", "--open");
    assertThat(result.status()).as(result.err()).isZero();
    List<String> arguments = List.of(Files.readString(folder.resolve("arguments")).split("\\s+"));
    assertThat(arguments).hasSize(3).startsWith("-passwd").endsWith("10.0.0.9::5900");
    assertThat(Files.readString(folder.resolve("seen")))
        .contains("10.0.0.9::5900")
        .doesNotContain(PASSWORD);
    assertThat(folder.resolve("mode")).hasContent("600");
    assertThat(folder.resolve("password")).hasSize(8);
    assertThat(Path.of(arguments.get(1))).doesNotExist();
    assertThat(result.out()).doesNotContain(PASSWORD);
  }

  @Test
  void aViewerThatTakesNoFileHasThePasswordPrinted() throws Exception {
    Result result = bench.run("console", "web1", "--viewer", viewer("gvncviewer", 1) + " --zoom");
    assertThat(result.out()).contains("Password  pass0123\n");
    assertThat(folder.resolve("arguments")).hasContent("--zoom 10.0.0.9:0");
    assertThat(result.status()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("seen"))).doesNotContain(PASSWORD);
  }

  @Test
  void viewersAreToldTheAddressInTheirOwnForm() {
    NetworkAddress six = NetworkAddress.parse("[fe80::1]:5907");
    assertThat(ViewerProgram.of("/opt/x/remote-viewer").arguments(six, Optional.empty()))
        .containsExactly("/opt/x/remote-viewer", "vnc://[fe80::1]:5907");
    assertThat(ViewerProgram.of("gvncviewer").arguments(six, Optional.empty()))
        .containsExactly("gvncviewer", "[fe80::1]:7");
    assertThat(ViewerProgram.of("mine -a").arguments(six, Optional.empty()))
        .containsExactly("mine", "-a", "[fe80::1]:5907");
    assertThat(ViewerProgram.of("xtigervncviewer").arguments(six, Optional.of(Path.of("/f"))))
        .containsExactly("xtigervncviewer", "-passwd", "/f", "[fe80::1]::5907");
  }

  @Test
  void withoutAnyViewerNoPasswordIsMade() {
    Result result = bench.withPrograms(folder).run("console", "web1", "--open");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("dmore: no viewer is installed").contains("--viewer");
    assertThat(bench.plane.asked()).isEmpty();
  }

  @Test
  void accessIsRevokedByIdOrUserOrTime() {
    assertThat(bench.run("console", "revoke", "web1", "--id", "otp-1").out())
        .isEqualTo("revoked: pair=web1 id=otp-1\n");
    assertThat(bench.run("console", "revoke", "web1", "--user", "ann", "--json").out())
        .isEqualTo("{\"event\":\"revoked\",\"pair\":\"web1\",\"user\":\"ann\"}\n");
    assertThat(bench.plane.asked())
        .containsExactly("revokeAccess web1 {id=otp-1}", "revokeAccess web1 {user=ann}");
    String time = "2026-11-28T12:00:00Z";
    assertThat(
            bench.run("console", "revoke", "web1", "--user", "ann", "--issued-before", time).out())
        .isEqualTo("revoked: pair=web1 user=ann before=" + time + "\n");
    assertThat(bench.run("console", "revoke", "web1", "--issued-before", "now").out())
        .matches("revoked: pair=web1 before=2\\S+Z\n");
    assertThat(bench.run("console", "revoke", "web1").status()).isEqualTo(2);
    assertThat(bench.run("console", "revoke", "web1", "--id", "a", "--user", "b").status())
        .isEqualTo(2);
  }
}
