package org.dmore.coordinator.hostd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.etcd.EtcdSettings;
import org.dmore.coordinator.store.etcd.EtcdStateStore;
import org.dmore.coordinator.store.etcd.EtcdTls;
import org.dmore.coordinator.store.etcd.EtcdUser;
import org.dmore.coordinator.store.sqlite.SqliteSettings;
import org.dmore.coordinator.store.sqlite.SqliteStateStore;

/** Opens the store that the settings name. */
final class Stores {
  private Stores() {}

  /**
   * Opens it.
   *
   * @param wait how long etcd may take to answer, and to be connected to
   */
  static StateStore open(HostdSettings.Store settings, Optional<Duration> wait) throws IOException {
    if (settings.etcd().isPresent()) {
      return EtcdStateStore.open(etcd(settings.etcd().get(), wait));
    }
    Path file = settings.sqlite().orElseThrow();
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return SqliteStateStore.open(SqliteSettings.of(file));
  }

  private static EtcdSettings etcd(HostdSettings.Etcd etcd, Optional<Duration> wait)
      throws IOException {
    EtcdSettings settings = EtcdSettings.of(etcd.endpoints().toArray(java.net.URI[]::new));
    if (wait.isPresent()) {
      settings = settings.withCall(wait.get()).withConnect(wait.get());
    }
    if (etcd.authority().isPresent()) {
      Optional<EtcdTls.ClientKey> client =
          etcd.certificate().isPresent() && etcd.key().isPresent()
              ? Optional.of(new EtcdTls.ClientKey(etcd.certificate().get(), etcd.key().get()))
              : Optional.empty();
      settings = settings.withTls(new EtcdTls(etcd.authority().get(), client));
    }
    if (etcd.user().isPresent()) {
      Path file =
          etcd.passwordFile()
              .orElseThrow(
                  () -> new IOException("store: etcd: user has no password-file beside it"));
      List<String> lines = Files.readAllLines(file);
      settings =
          settings.withUser(
              new EtcdUser(etcd.user().get(), lines.isEmpty() ? "" : lines.get(0).strip()));
    }
    return settings;
  }
}
