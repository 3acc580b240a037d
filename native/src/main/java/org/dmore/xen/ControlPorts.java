package org.dmore.xen;

/** What dom0 has of the hypervisor, besides what any program in a domain has. */
public interface ControlPorts extends DomainPorts {
  /** Other domains' memory and grant tables. */
  ForeignMemory foreignMemory();
}
