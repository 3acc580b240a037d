package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LibrariesTest {
  private static final class Calls {
    private Calls() {}

    private static native int no_such_call();
  }

  @Test
  void aMissingLibraryNamesItsPackage() {
    assertRefused(
        Errno.ENOSYS, () -> Libraries.bind(Calls.class, "libxen-none.so.9", "libxen-none9"));
    assertThatThrownBy(() -> Libraries.bind(Calls.class, "libxen-none.so.9", "libxen-none9"))
        .hasMessageContaining("libxen-none.so.9")
        .hasMessageContaining("install Debian's package libxen-none9");
  }

  @Test
  void aLibraryThatLacksACallNamesItsPackageToo() {
    assertThatThrownBy(() -> Libraries.bind(Calls.class, "libc.so.6", "libc6"))
        .isInstanceOf(XenException.class)
        .hasMessageContaining("lacks a call")
        .hasMessageContaining("libc6");
    assertThatThrownBy(Calls::no_such_call).isInstanceOf(UnsatisfiedLinkError.class);
  }

  @Test
  void bindingTwiceIsBindingOnce() throws Exception {
    CLibrary.load();
    CLibrary.load();
  }

  /** Whatever this machine lacks, it is said in words and not in a crash. */
  @Test
  void openingOnAMachineWithoutXenSaysWhatIsMissing() {
    Assumptions.assumeFalse(
        Files.exists(Path.of("/dev/xen/xenbus")) || Files.exists(Path.of("/run/xenstored/socket")),
        "this machine is a domain of Xen");
    assertThatThrownBy(LibDomainPorts::open)
        .isInstanceOf(XenException.class)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .containsAnyOf("install Debian's package", "this machine is no Xen domain"));
    assertThatThrownBy(LibControlPorts::open).isInstanceOf(XenException.class);
    assertThatThrownBy(LibGrantTable::open).isInstanceOf(XenException.class);
    assertThatThrownBy(() -> LibEventChannels.open(Optional.empty()))
        .isInstanceOf(XenException.class);
    assertThatThrownBy(LibForeignMemory::open).isInstanceOf(XenException.class);
  }
}
