package org.dmore.xen.lib;

import org.dmore.xen.XenException;

/** {@code xenevtchn.h}; direct mapping. Pointers are Java longs. */
@SuppressWarnings("MemberName") // the methods carry the library's names: JNA binds by them
final class Evtchn {
  /** {@code IOCTL_EVTCHN_RESET} of {@code xen/sys/evtchn.h}: empties an overflowed buffer. */
  static final long IOCTL_RESET = 'E' << 8 | 5;

  private Evtchn() {}

  static void load() throws XenException {
    Libraries.bind(Evtchn.class, "libxenevtchn.so.1", "libxenevtchn1");
  }

  static native long xenevtchn_open(long logger, int flags);

  static native int xenevtchn_close(long handle);

  static native int xenevtchn_fd(long handle);

  static native int xenevtchn_notify(long handle, int port);

  static native int xenevtchn_bind_unbound_port(long handle, int domid);

  static native int xenevtchn_bind_interdomain(long handle, int domid, int remotePort);

  static native int xenevtchn_unbind(long handle, int port);

  static native int xenevtchn_pending(long handle);

  static native int xenevtchn_unmask(long handle, int port);
}
