package org.dmore.xen.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.contract.ContractRig;

/** The embedded room under the contracts. */
final class EmbeddedRig implements ContractRig {
  private static final long MIB = 1 << 20;

  private final MachineRoom room = MachineRoom.builder().host("h1", 64 * MIB).build();
  private final EmbeddedDomain granter;
  private final EmbeddedDomain backend;

  EmbeddedRig() throws XenException {
    EmbeddedHost host = room.host("h1");
    granter = host.createDomain(DomainConfig.of("granter", 16 * MIB));
    backend = host.createDomain(DomainConfig.of("backend", 4 * MIB).asDriverDomain());
    host.unpause(granter);
    host.unpause(backend);
  }

  @Override
  public GuestPorts granter() {
    return granter.ports();
  }

  @Override
  public DomainId granterId() {
    return granter.id();
  }

  @Override
  public DomainPorts backend() {
    return backend.ports();
  }

  @Override
  public DomainId backendId() {
    return backend.id();
  }

  @Override
  public ControlPorts dom0() {
    return room.host("h1").dom0();
  }

  @Override
  public DomainId nobody() {
    return new DomainId(999);
  }

  @Override
  public void close() {
    assertThat(room.invariantViolations()).isEmpty();
    room.close();
  }
}
