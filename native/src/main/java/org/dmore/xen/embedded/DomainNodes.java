package org.dmore.xen.embedded;

import java.util.List;
import java.util.UUID;
import org.dmore.xen.DomainId;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;

/** The xenstore nodes that the toolstack writes for every domain, as libxl does. */
final class DomainNodes {
  private static final List<String> OWNED_BY_GUEST =
      List.of("attr", "control/shutdown", "data", "drivers", "error");

  private DomainNodes() {}

  /** What a host has before there is any domain. */
  static void writeHost(StoreDaemon store) throws XenException {
    store.once(
        DomainId.DOM0,
        t -> {
          t.write("/tool/xenstored", "");
          t.write("/vm", "");
          t.write("/libxl", "");
          t.write("/local/domain/0/domid", "0");
          t.write("/local/domain/0/name", "Domain-0");
          return t;
        });
  }

  static void write(DomainInstance domain, UUID uuid, boolean driverDomain) throws XenException {
    NodePermissions readable = NodePermissions.ownedBy(DomainId.DOM0).readableBy(domain.id);
    NodePermissions own = NodePermissions.ownedBy(domain.id);
    String home = StorePath.home(domain.id);
    String vm = "/vm/" + uuid;
    domain.store.once(
        DomainId.DOM0,
        t -> {
          t.write(home, "");
          t.setPermissions(home, readable);
          t.write(vm, "");
          t.setPermissions(vm, readable);
          t.write(vm + "/uuid", uuid.toString());
          t.write(vm + "/name", domain.name());
          t.write(home + "/vm", vm);
          t.write(home + "/name", domain.name());
          t.write(home + "/domid", domain.id.toString());
          t.write(home + "/memory/target", Long.toString(domain.memoryBytes() / 1024));
          t.write(home + "/device", "");
          t.write(home + "/control", "");
          for (String name : OWNED_BY_GUEST) {
            t.write(home + "/" + name, "");
            t.setPermissions(home + "/" + name, own);
          }
          if (driverDomain) {
            t.write(home + "/backend", "");
            t.setPermissions(home + "/backend", own);
          }
          return t;
        });
    domain.store.announce(StoreDaemon.INTRODUCE_DOMAIN);
  }

  static void rename(DomainInstance domain, UUID uuid) throws XenException {
    domain.store.once(
        DomainId.DOM0,
        t -> {
          t.write(StorePath.home(domain.id) + "/name", domain.name());
          t.write("/vm/" + uuid + "/name", domain.name());
          return t;
        });
  }

  static void remove(DomainInstance domain, UUID uuid) throws XenException {
    domain.store.once(
        DomainId.DOM0,
        t -> {
          t.remove(StorePath.home(domain.id));
          t.remove("/vm/" + uuid);
          return t;
        });
    domain.store.announce(StoreDaemon.RELEASE_DOMAIN);
  }
}
