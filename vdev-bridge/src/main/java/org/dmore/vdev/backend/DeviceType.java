package org.dmore.vdev.backend;

/** The kinds of device that dmore backs. */
public enum DeviceType {
  /** Keyboard and pointer, {@code public/io/kbdif.h}. */
  KEYBOARD("vkbd"),
  /** Framebuffer, {@code public/io/fbif.h}. */
  FRAMEBUFFER("vfb");

  private final String node;

  DeviceType(String node) {
    this.node = node;
  }

  /** The name of its directory in xenstore. */
  public String node() {
    return node;
  }
}
