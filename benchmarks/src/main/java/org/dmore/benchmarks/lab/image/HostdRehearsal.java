package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.api.HostKeys;
import org.dmore.coordinator.api.Role;
import org.dmore.coordinator.cli.Main;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.hostd.Hostd;
import org.dmore.coordinator.hostd.HostdSettings;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.etcd.EtcdSettings;
import org.dmore.coordinator.store.etcd.EtcdStateStore;
import org.dmore.xen.embedded.MachineRoom;

/**
 * Has a {@code hostd} over an embedded host answer commands, by its socket and by its port, so that
 * the classes of both are archived.
 */
final class HostdRehearsal {
  private static final String NAME = "rehearsal";
  private static final long MEMORY = 64L << 20;

  private HostdRehearsal() {}

  static void run() throws IOException {
    Path folder = Files.createTempDirectory(NAME);
    try (MachineRoom room = MachineRoom.builder().host(NAME, MEMORY).build();
        EmbeddedVmHost host = new EmbeddedVmHost(room.host(NAME), (vm, options) -> options);
        Hostd hostd = Hostd.start(settings(folder), host)) {
      String port = "https://127.0.0.1:" + hostd.address().orElseThrow().getPort();
      Path keys = folder.resolve("keys");
      List<String> bySocket = List.of("--hostd", "unix:" + folder.resolve("hostd.sock"));
      List<String> byPort =
          List.of(
              "--hostd",
              port,
              "--cert",
              keys.resolve(NAME + ".pem").toString(),
              "--key",
              keys.resolve(NAME + ".key").toString(),
              "--ca",
              keys.resolve("ca.pem").toString());
      for (List<String> way : List.of(bySocket, byPort)) {
        execute(way, "hosts", "--json");
        execute(way, "pairs", "--json");
        execute(
            way, "pairs", "add", NAME, "--domu", "u", "--domr", "r", "--console", "127.0.0.1:1");
        execute(way, "migrate", NAME, NAME, "--wait", "--json");
        execute(way, "migrations", "--json");
        execute(way, "migrations", "show", NAME);
        execute(way, "drain", NAME, "--wait", "--json");
        execute(way, "undrain", NAME);
      }
    } finally {
      FileTree.delete(folder);
    }
    etcd();
  }

  private static HostdSettings settings(Path folder) throws IOException {
    Path keys = folder.resolve("keys");
    HostKeys.KeyFiles unusedAuthority = HostKeys.makeAuthority(keys);
    HostKeys.KeyFiles unusedKeys = HostKeys.issue(keys, NAME, Role.HOST, List.of("127.0.0.1"));
    Path file = folder.resolve("hostd.yaml");
    Files.writeString(
        file,
        """
        name: %1$s
        address: 127.0.0.1
        socket: %2$s/hostd.sock
        run: %2$s
        api:
          listen: 127.0.0.1:0
          key: %3$s/%1$s.key
          certificate: %3$s/%1$s.pem
          authority: %3$s/ca.pem
        store:
          sqlite: %2$s/state.db
        """
            .formatted(NAME, folder, keys));
    return HostdSettings.read(file);
  }

  /** Whether it succeeds does not matter. */
  private static void execute(List<String> way, String... words) {
    List<String> command = new java.util.ArrayList<>(List.of(words));
    command.addAll(way);
    int unused = Main.commandLine().execute(command.toArray(String[]::new));
  }

  /** One that is not there. */
  private static void etcd() throws IOException {
    EtcdSettings nowhere = EtcdSettings.of(URI.create("http://127.0.0.1:1"));
    try (EtcdStateStore store = EtcdStateStore.open(nowhere)) {
      Optional<?> unused = store.get("/dmore/rehearsal");
    } catch (StoreException e) {
      System.out.println("as it should be: " + e.getMessage());
    }
  }
}
