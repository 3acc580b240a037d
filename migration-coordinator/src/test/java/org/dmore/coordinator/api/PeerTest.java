package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes of other users get at the Unix socket; they are real ones, so this needs root. */
class PeerTest {
  private static final int NOBODY = 65534;
  private static final int STAFF = 54321;
  @TempDir private Path folder;
  private ApiRig rig;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(ApiRig.ownUid() == 0, "only root can be somebody else");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not installed");
    rig = new ApiRig(folder, ApiLimits.DEFAULT, Optional.empty(), Set.of(STAFF));
    rig.control().answer("hosts", List::of);
    // As an operator might by mistake: the file's mode keeps nobody out any more.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(rig.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
    Path classes = Files.createDirectories(folder.resolve("org/dmore/coordinator/api"));
    try (InputStream program = PeerTest.class.getResourceAsStream("SocketGet.class")) {
      Files.copy(program, classes.resolve("SocketGet.class"));
    }
  }

  @AfterEach
  void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  /** What a process of a user and group gets. */
  private String get(int uid, int gid, String path) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of("/usr/bin/setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            folder.toString(),
            "org.dmore.coordinator.api.SocketGet",
            rig.socket().toString(),
            path));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(output).isTrue();
    return output;
  }

  @Test
  void aUserWhoIsNotNamedIsRefusedWithAReasonAndMayReadTheDescription() throws Exception {
    assertThat(get(NOBODY, NOBODY, "/v1/hosts"))
        .startsWith("HTTP/1.1 403")
        .contains("uid=65534 may not use this socket");
    assertThat(get(NOBODY, NOBODY, "/v1/nothing")).startsWith("HTTP/1.1 403");
    assertThat(rig.control().calls()).isEmpty();
    assertThat(get(NOBODY, NOBODY, "/v1/openapi.json"))
        .startsWith("HTTP/1.1 200")
        .contains("\"openapi\":\"3.0.3\"");
  }

  @Test
  void aUserOfAGroupThatIsNamedIsAnOperatorAndNoHost() throws Exception {
    assertThat(get(NOBODY, STAFF, "/v1/hosts")).startsWith("HTTP/1.1 200").endsWith("[]");
    assertThat(get(NOBODY, STAFF, "/v1/host/vms"))
        .startsWith("HTTP/1.1 403")
        .contains("uid=65534 is operator");
  }

  @Test
  void rootIsAnOperator() throws Exception {
    assertThat(rig.local().hosts()).isEmpty();
  }
}
