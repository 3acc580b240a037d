package org.dmore.xen.lib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/**
 * Says why a Xen device cannot be opened and what to do: no Xen below, a kernel module that is not
 * loaded, missing permission.
 *
 * @param root the file system's root; another one in tests
 */
record XenMachine(Path root) {
  static final XenMachine THIS = new XenMachine(Path.of("/"));

  /** A device file and the kernel module behind it. */
  enum Device {
    GNTDEV("dev/xen/gntdev", "xen-gntdev"),
    EVTCHN("dev/xen/evtchn", "xen-evtchn"),
    PRIVCMD("dev/xen/privcmd", "xen-privcmd"),
    XENBUS("dev/xen/xenbus", "xenfs");

    private final String path;
    private final String module;

    Device(String path, String module) {
      this.path = path;
      this.module = module;
    }
  }

  /**
   * Looks before a library does, so that the refusal can say more than its number.
   *
   * @throws XenException ENODEV where there is no Xen; ENOENT if the device is missing; EACCES if
   *     it may not be opened
   */
  void check(Device device) throws XenException {
    if (!isXen()) {
      throw new XenException(
          Errno.ENODEV,
          "device=/"
              + device.path
              + " cannot be there: this machine is no Xen domain (/sys/hypervisor/type does not say"
              + " xen). Run this in dom0 or in a guest of Xen, with /sys mounted");
    }
    Path file = root.resolve(device.path);
    if (!Files.exists(file)) {
      throw new XenException(
          Errno.ENOENT,
          "device=/"
              + device.path
              + " is missing: load its kernel module (modprobe "
              + device.module
              + "), with devtmpfs mounted on /dev");
    }
    if (!Files.isReadable(file) || !Files.isWritable(file)) {
      throw new XenException(
          Errno.EACCES, "device=/" + device.path + " may not be opened: run as root");
    }
  }

  /** The same for xenstore, which dom0 has as a socket and every other domain as a device. */
  void checkXenStore() throws XenException {
    if (!Files.exists(root.resolve("run/xenstored/socket"))) {
      check(Device.XENBUS);
    }
  }

  /** Why opening a device failed although it is there. */
  XenException refused(Device device, int number) {
    return Errors.of(
        number,
        "device=/"
            + device.path
            + " cannot be opened: "
            + (number == Errors.EACCES || number == Errors.EPERM
                ? "run as root, with CAP_SYS_ADMIN"
                : "see the kernel's log"));
  }

  private boolean isXen() {
    try {
      return Files.readString(root.resolve("sys/hypervisor/type")).strip().equals("xen");
    } catch (IOException e) {
      return Files.exists(root.resolve("proc/xen/capabilities"));
    }
  }
}
