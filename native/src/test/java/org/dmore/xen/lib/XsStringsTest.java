package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmore.xen.contract.Refusals.assertRefused;

import org.dmore.xen.Errno;
import org.junit.jupiter.api.Test;

class XsStringsTest {
  @Test
  void aPathEndsWithAZero() throws Exception {
    assertThat(XsStrings.path("a/b")).containsExactly('a', '/', 'b', 0);
  }

  @Test
  void aZeroInAPathCannotCutTheMessage() {
    assertRefused(Errno.EINVAL, () -> XsStrings.path("data/a\0b"));
  }

  @Test
  void pathsHaveXenstoresLimits() throws Exception {
    XsStrings.path("d".repeat(2048));
    XsStrings.path("/" + "d".repeat(3071));
    assertRefused(Errno.EINVAL, () -> XsStrings.path("d".repeat(2049)));
    assertRefused(Errno.EINVAL, () -> XsStrings.path("/" + "d".repeat(3072)));
    assertRefused(Errno.EINVAL, () -> XsStrings.path(""));
  }

  @Test
  void aMessageFitsTheKernelsBuffer() throws Exception {
    byte[] path = XsStrings.path("data/x");
    assertThat(XsStrings.value(path, "x".repeat(4080 - 7))).hasSize(4073);
    assertRefused(Errno.EINVAL, () -> XsStrings.value(path, "x".repeat(4080 - 6)));
    assertRefused(Errno.EINVAL, () -> XsStrings.value(path, "ü".repeat(2037)));
  }

  @Test
  void valuesAreUtf8() throws Exception {
    assertThat(XsStrings.value(XsStrings.path("x"), "ü\0")).containsExactly(0xc3, 0xbc, 0);
  }
}
