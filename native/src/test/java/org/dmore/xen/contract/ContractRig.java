package org.dmore.xen.contract;

import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.GuestPorts;

/** Two running domains of one host and its dom0, as a contract needs them. */
public interface ContractRig extends AutoCloseable {
  /** The domain that shares its pages: a frontend. */
  GuestPorts granter();

  DomainId granterId();

  /** The domain that maps them: a backend. */
  DomainPorts backend();

  DomainId backendId();

  ControlPorts dom0();

  /** The number of no domain. */
  DomainId nobody();

  /**
   * How often a test repeats what it does many times.
   *
   * @param full the number where a step takes microseconds; fewer where it crosses a network
   */
  default int rounds(int full) {
    return full;
  }

  /** By how much time limits grow where time is emulated or shared. */
  default int patience() {
    return 1;
  }

  @Override
  void close();
}
