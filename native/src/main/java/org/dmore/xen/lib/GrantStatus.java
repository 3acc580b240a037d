package org.dmore.xen.lib;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantRef;
import org.dmore.xen.XenException;

/**
 * What the hypervisor says of one grant: {@code GNTST_*} of {@code public/grant_table.h}, as {@code
 * struct xengnttab_grant_copy_segment} of {@code xengnttab.h} reports it.
 *
 * <pre>
 *   0        4        6        8                 16     18      20       22   24
 *   +--------+--------+--------+-----------------+------+-------+--------+----+
 *   | ref    | offset | domid  | target (virt)   | len  | flags | status |    |
 *   +--------+--------+--------+-----------------+------+-------+--------+----+
 * </pre>
 */
enum GrantStatus {
  OKAY(0),
  /** What an entry that is not granted, or not to this domain, is answered with. */
  GENERAL_ERROR(-1),
  BAD_DOMAIN(-2),
  BAD_REFERENCE(-3),
  PERMISSION_DENIED(-8),
  BAD_PAGE(-9),
  UNKNOWN(Short.MIN_VALUE);

  static final int SEGMENT_SIZE = 24;

  private static final int REF = 0;
  private static final int OFFSET = 4;
  private static final int DOMID = 6;
  private static final int TARGET = 8;
  private static final int LENGTH = 16;
  private static final int FLAGS = 18;
  private static final int STATUS = 20;
  private static final short SOURCE_IS_GRANT = 1;

  private final int wireValue;

  GrantStatus(int wireValue) {
    this.wireValue = wireValue;
  }

  /** Describes the copy of a granted page's first byte. */
  static void describeProbe(Memory segment, DomainId owner, GrantRef ref, Memory target) {
    segment.clear();
    segment.setInt(REF, ref.value());
    segment.setShort(OFFSET, (short) 0);
    segment.setShort(DOMID, (short) owner.value());
    segment.setLong(TARGET, Pointer.nativeValue(target));
    segment.setShort(LENGTH, (short) 1);
    segment.setShort(FLAGS, SOURCE_IS_GRANT);
  }

  /** What became of the copy. */
  static GrantStatus of(Memory segment) {
    int value = segment.getShort(STATUS);
    for (GrantStatus status : values()) {
      if (status.wireValue == value) {
        return status;
      }
    }
    return UNKNOWN;
  }

  XenException refusal(DomainId owner, GrantRef ref) {
    return switch (this) {
      case GENERAL_ERROR, PERMISSION_DENIED ->
          new XenException(
              Errno.EPERM,
              "ref="
                  + ref
                  + " of domid="
                  + owner
                  + " is not granted to this domain: ask the owner's frontend");
      case BAD_DOMAIN ->
          new XenException(Errno.ENOENT, "owner domid=" + owner + ": no such domain");
      case BAD_REFERENCE ->
          new XenException(
              Errno.EINVAL, "ref=" + ref + " lies outside the grant table of domid=" + owner);
      case BAD_PAGE ->
          new XenException(
              Errno.EINVAL, "ref=" + ref + " of domid=" + owner + " grants a frame that is none");
      case OKAY, UNKNOWN ->
          new XenException(Errno.EINVAL, "ref=" + ref + " of domid=" + owner + " was refused");
    };
  }
}
