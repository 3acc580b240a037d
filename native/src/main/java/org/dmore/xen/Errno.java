package org.dmore.xen;

/**
 * The error numbers that Xen's interfaces report, by the names of {@code public/errno.h}, which are
 * Linux's.
 */
public enum Errno {
  EPERM,
  ENOENT,
  ESRCH,
  EINTR,
  EIO,
  ENXIO,
  E2BIG,
  EBADF,
  EAGAIN,
  ENOMEM,
  EACCES,
  EFAULT,
  EBUSY,
  EEXIST,
  ENODEV,
  EINVAL,
  EMFILE,
  EFBIG,
  ENOSPC,
  EROFS,
  /** The interface itself is not there: a library that is not installed, a call Xen lacks. */
  ENOSYS,
  EOPNOTSUPP,
  ENOTCONN,
  ECONNREFUSED,
  /** Xenstore: too many nodes, watches or transactions for one domain. */
  EQUOTA,
  /** A number that has no name here; the message tells it. */
  OTHER
}
