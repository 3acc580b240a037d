package org.dmore.xen.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/** Asserts which refusal a call meets. */
public final class Refusals {
  private Refusals() {}

  /** The call fails with this error and no other. */
  public static void assertRefused(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(XenException.class)
        .extracting(e -> ((XenException) e).errno())
        .isEqualTo(errno);
  }
}
