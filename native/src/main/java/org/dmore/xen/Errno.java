package org.dmore.xen;

/** The error numbers that Xen's interfaces report, by the names of {@code public/errno.h}. */
public enum Errno {
  EPERM,
  ENOENT,
  EIO,
  ENXIO,
  EBADF,
  EAGAIN,
  ENOMEM,
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  ENOSPC,
  /** Xenstore: too many nodes, watches or transactions for one domain. */
  EQUOTA,
  /** A number that has no name here; the message tells it. */
  OTHER
}
