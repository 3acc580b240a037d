package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.dmore.xen.Errno;
import org.dmore.xen.lib.XenMachine.Device;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XenMachineTest {
  @TempDir private Path root;
  private XenMachine machine;

  @BeforeEach
  void make() {
    machine = new XenMachine(root);
  }

  private void file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void aMachineWithoutXenIsToldSo() {
    assertRefused(Errno.ENODEV, () -> machine.check(Device.GNTDEV));
    assertThatThrownBy(() -> machine.check(Device.GNTDEV))
        .hasMessageContaining("/dev/xen/gntdev")
        .hasMessageContaining("no Xen domain")
        .hasMessageContaining("ENODEV");
    assertThatThrownBy(machine::checkXenStore).hasMessageContaining("/dev/xen/xenbus");
  }

  @Test
  void anotherHypervisorIsNoXen() throws Exception {
    file("sys/hypervisor/type", "other\n");
    assertRefused(Errno.ENODEV, () -> machine.check(Device.EVTCHN));
  }

  @Test
  void aMissingDeviceNamesItsModule() throws Exception {
    file("sys/hypervisor/type", "xen\n");
    assertRefused(Errno.ENOENT, () -> machine.check(Device.EVTCHN));
    assertThatThrownBy(() -> machine.check(Device.EVTCHN)).hasMessageContaining("xen-evtchn");
    assertThatThrownBy(() -> machine.check(Device.GNTDEV)).hasMessageContaining("xen-gntdev");
    assertThatThrownBy(() -> machine.check(Device.PRIVCMD)).hasMessageContaining("xen-privcmd");
  }

  @Test
  void withoutSysTheCapabilitiesTellXen() throws Exception {
    file("proc/xen/capabilities", "control_d\n");
    assertRefused(Errno.ENOENT, () -> machine.check(Device.EVTCHN));
  }

  @Test
  void aDeviceThatIsThereIsFine() throws Exception {
    file("sys/hypervisor/type", "xen\n");
    file("dev/xen/gntdev", "");
    machine.check(Device.GNTDEV);
  }

  @Test
  void aDeviceOfAnotherUserAsksForRoot() throws Exception {
    file("sys/hypervisor/type", "xen\n");
    file("dev/xen/gntdev", "");
    Files.setPosixFilePermissions(
        root.resolve("dev/xen/gntdev"), PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(
        Files.isReadable(root.resolve("dev/xen/gntdev")), "root may open every file");
    assertRefused(Errno.EACCES, () -> machine.check(Device.GNTDEV));
  }

  @Test
  void whatTheKernelRefusesToOtherThanRootAsksForRoot() {
    assertThatThrownBy(
            () -> {
              throw machine.refused(Device.GNTDEV, Errors.EACCES);
            })
        .hasMessageContaining("run as root")
        .hasMessageContaining("EACCES");
  }

  @Test
  void theSocketOfXenstoredIsEnoughInDom0() throws Exception {
    file("run/xenstored/socket", "");
    machine.checkXenStore();
  }
}
