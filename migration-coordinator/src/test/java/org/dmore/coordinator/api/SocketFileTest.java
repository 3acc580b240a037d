package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.host.VmHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
  @TempDir private Path folder;

  /** Makes a socket's file, with nobody who listens. */
  static void leaveBehind(Path socket) throws IOException {
    try (ServerSocketChannel server = listen(socket)) {
      assertThat(server.isOpen()).isTrue();
    }
    assertThat(socket).exists();
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return server;
  }

  private ApiServer server(Path socket) throws IOException {
    return new ApiServer(
        new ApiSettings(
            Optional.empty(),
            Optional.of(new ApiSettings.Local(socket, Set.of(ApiRig.ownUid()), Set.of())),
            ApiLimits.DEFAULT),
        new Recorder().answer("hosts", List::of).as(ControlPlane.class),
        new Recorder().as(VmHost.class));
  }

  private void assertAnswers(Path socket) throws IOException {
    try (ApiClient client = ApiClient.local(socket, CallSettings.DEFAULT)) {
      assertThat(client.hosts()).isEmpty();
    }
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aSocketIsForItsOwnerAndGroupAndGoesWithItsServer() throws Exception {
    Path socket = folder.resolve("s");
    try (ApiServer server = server(socket)) {
      server.start();
      assertAnswers(socket);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-rw----");
      assertThat(files()).containsExactly(socket);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void aSocketThatADeadProcessLeftIsReplaced() throws Exception {
    Path socket = folder.resolve("s");
    leaveBehind(socket);
    try (ApiServer server = server(socket)) {
      server.start();
      assertAnswers(socket);
    }
  }

  @Test
  void aSocketOfAServerThatLivesIsLeftToIt() throws Exception {
    Path socket = folder.resolve("s");
    try (ApiServer first = server(socket);
        ApiServer second = server(socket)) {
      first.start();
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("socket=" + socket)
          .hasMessageContaining("stop that first");
      assertAnswers(socket);
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Path file = Files.writeString(folder.resolve("s"), "mine");
    try (ApiServer server = server(file)) {
      assertThatThrownBy(server::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is a file and no socket");
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void anothersSocketIsNotRemovedByAServerThatEnds() throws Exception {
    Path socket = folder.resolve("s");
    try (ApiServer server = server(socket)) {
      server.start();
      Files.delete(socket);
      leaveBehind(socket);
    }
    assertThat(socket).exists();
  }

  @Test
  void aFolderThatIsNotThereAndAPathThatIsTooLongAreErrorsThatSaySo() throws Exception {
    try (ApiServer server = server(folder.resolve("no/s"))) {
      assertThatThrownBy(server::start).hasMessageContaining("does not exist: create it");
    }
    try (ApiServer server = server(folder.resolve("s".repeat(100)))) {
      assertThatThrownBy(server::start).hasMessageContaining("too long a path");
    }
  }
}
