package org.dmore.coordinator.host;

import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * The frames of its memory that a guest's framebuffer driver shares: the page, and the pixels that
 * the page's directory lists.
 *
 * <p>The guest is hostile: what it says is read once and bounded, and can only ever name its own
 * frames.
 */
final class SharedFrames {
  /** A grant entry of version 1 has 32 bits for a frame. */
  private static final long MAX_FRAME = 0xffff_ffffL;

  private static final int PER_DIRECTORY = SharedPage.PAGE_SIZE / Long.BYTES;

  private final long[] frames;

  private SharedFrames(long[] frames) {
    this.frames = frames;
  }

  /**
   * Reads them out of the guest's memory.
   *
   * @param pageRef the frontend's node of that name
   * @param protocol the frontend's node of that name, or an empty text
   * @throws IllegalArgumentException if what the guest says cannot be
   * @throws XenException if a page that it names cannot be mapped
   */
  static SharedFrames read(ForeignMemory memory, DomainId domU, String pageRef, String protocol)
      throws XenException {
    if (!protocol.equals("x86_64-abi") && !protocol.equals("arm-abi")) {
      throw new IllegalArgumentException(
          "protocol=\"" + protocol + "\" is not one of a 64-bit guest: it gets no picture");
    }
    long page = number(pageRef);
    try (SharedPage shared = memory.map(domU, new long[] {page}, Access.READ_ONLY)) {
      int count = pixelPages(shared.getInt(FbifPage.MEM_LENGTH));
      int directoryCount = (count + PER_DIRECTORY - 1) / PER_DIRECTORY;
      if (directoryCount > FbifPage.PAGE_DIRECTORIES_64) {
        throw new IllegalArgumentException(
            "directories=" + directoryCount + " do not fit the page");
      }
      long[] directories = new long[directoryCount];
      for (int i = 0; i < directoryCount; i++) {
        directories[i] = checked(shared.getLong(FbifPage.PAGE_DIRECTORY_64 + i * Long.BYTES));
      }
      long[] frames = new long[count + 1];
      frames[0] = page;
      try (SharedPage directory = memory.map(domU, directories, Access.READ_ONLY)) {
        for (int i = 0; i < count; i++) {
          frames[i + 1] = checked(directory.getLong(i * Long.BYTES));
        }
      }
      return new SharedFrames(frames);
    }
  }

  /** How many: the page and those of the pixels. */
  int count() {
    return frames.length;
  }

  /** The frame of an index: 0 is the page, the pixels follow. */
  long frame(int index) {
    return frames[index];
  }

  /** Whether DomR may only read the frame of an index: all but the page. */
  boolean isReadOnly(int index) {
    return index > 0;
  }

  private static int pixelPages(int bytes) {
    if (bytes <= 0 || bytes > FramebufferBackend.MAX_MEMORY) {
      throw new IllegalArgumentException(
          "mem_length=" + Integer.toUnsignedString(bytes) + " is not usable");
    }
    return (bytes + SharedPage.PAGE_SIZE - 1) / SharedPage.PAGE_SIZE;
  }

  private static long number(String text) {
    try {
      return checked(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("page-ref=\"" + text + "\" is not a number", e);
    }
  }

  private static long checked(long frame) {
    if (frame < 0 || frame > MAX_FRAME) {
      throw new IllegalArgumentException("frame=" + Long.toUnsignedString(frame) + " is no frame");
    }
    return frame;
  }
}
