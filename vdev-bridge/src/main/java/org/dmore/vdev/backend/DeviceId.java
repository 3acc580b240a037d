package org.dmore.vdev.backend;

import org.dmore.xen.DomainId;

/**
 * A paravirtual device of a guest, as its backend's domain names it.
 *
 * @param type what kind
 * @param frontend the guest
 * @param number which of the guest's devices of that kind, from 0
 */
public record DeviceId(DeviceType type, DomainId frontend, int number) {
  public DeviceId {
    if (number < 0) {
      throw new IllegalArgumentException("device number=" + number + " is negative");
    }
  }

  /**
   * The backend's nodes, relative to its own domain, so that the path outlives a change of domid.
   */
  public String backendPath() {
    return "backend/" + type.node() + "/" + frontend + "/" + number;
  }

  /** The frontend's nodes, absolute. */
  public String frontendPath() {
    return "/local/domain/" + frontend + "/device/" + type.node() + "/" + number;
  }

  @Override
  public String toString() {
    return type.node() + "/" + frontend + "/" + number;
  }
}
