package org.dmore.coordinator.host;

import java.util.Optional;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.xen.Access;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenbusState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants a guest's framebuffer to its DomR on the guest's behalf.
 *
 * <p>The guest's driver shares its page and pixels by frame number, which a backend outside of dom0
 * cannot map. So dom0 reads those numbers out of the page, and writes a version-1 grant entry for
 * each ({@code struct grant_entry_v1} of {@code public/grant_table.h}) into the last frames of the
 * guest's grant table, which a guest reaches only after thousands of grants of its own; the
 * toolstack seeds the grants of console and xenstore in the same way. The shared page is granted
 * for writing, pixels for reading alone.
 *
 * <p>There are two places for the entries, taken in turn: those of the connection before may still
 * be mapped when the next one is seeded.
 *
 * <p>The guest is hostile: what it says is read once and bounded, and can only ever name its own
 * frames.
 */
final class FramebufferSeeder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FramebufferSeeder.class);

  private static final int ENTRY_SIZE = 8;
  private static final int ENTRIES_PER_FRAME = SharedPage.PAGE_SIZE / ENTRY_SIZE;
  private static final int FRAME_WORD = 4;
  private static final int GTF_PERMIT_ACCESS = 1;
  private static final int GTF_READONLY = 1 << 2;
  private static final int GTF_IN_USE = 1 << 3 | 1 << 4;
  private static final int DOMID_SHIFT = 16;
  private static final long MAX_FRAME = 0xffff_ffffL;

  private final ControlPorts ports;
  private final DeviceId device;
  private final DomainId domR;
  private final String frontend;
  private final String backend;
  private XenStore.Watch watch;
  private boolean seeded;
  private boolean closed;
  private String lastProblem = "";

  FramebufferSeeder(ControlPorts ports, DeviceId device, DomainId domR) {
    this.ports = ports;
    this.device = device;
    this.domR = domR;
    this.frontend = device.frontendPath();
    this.backend = "/local/domain/" + domR + "/" + device.backendPath();
  }

  /** Begins to follow the guest's driver. */
  void start() throws XenException {
    watch = ports.xenStore().watch(frontend + "/state", path -> look());
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
  }

  private synchronized void look() {
    if (closed) {
      return;
    }
    try {
      XenbusState state =
          node(frontend + "/state").map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
      if (state == XenbusState.INITIALISING) {
        seeded = false;
      } else if (state == XenbusState.INITIALISED || (state == XenbusState.CONNECTED && !seeded)) {
        seed();
        seeded = true;
      }
    } catch (XenException | IllegalArgumentException e) {
      if (!e.getMessage().equals(lastProblem)) {
        lastProblem = e.getMessage();
        LOG.warn("device={} cannot be granted to domain={}: {}", device, domR, e.getMessage());
      }
    }
  }

  private void seed() throws XenException {
    String pageRef =
        node(frontend + "/page-ref")
            .orElseThrow(() -> new IllegalArgumentException("the frontend shares no page-ref"));
    String protocol = node(frontend + "/protocol").orElse("");
    if (!protocol.equals("x86_64-abi") && !protocol.equals("arm-abi")) {
      throw new IllegalArgumentException(
          "protocol=\"" + protocol + "\" is not one of a 64-bit guest");
    }
    long page = frame(pageRef);
    long[] pixels = pixelFrames(page);
    int base = writeEntries(page, pixels);
    ports
        .xenStore()
        .inTransaction(
            view -> {
              view.write(backend + "/" + FramebufferBackend.GRANT_BASE, Integer.toString(base));
              view.write(
                  backend + "/" + FramebufferBackend.GRANT_COUNT,
                  Integer.toString(pixels.length + 1));
              view.write(backend + "/" + FramebufferBackend.GRANT_PAGE_REF, pageRef);
              return null;
            });
    LOG.debug("device={} granted to domain={} base={} pages={}", device, domR, base, pixels.length);
  }

  private long[] pixelFrames(long page) throws XenException {
    ForeignMemory memory = ports.foreignMemory();
    try (SharedPage shared = memory.map(device.frontend(), new long[] {page}, Access.READ_ONLY)) {
      int bytes = shared.getInt(FbifPage.MEM_LENGTH);
      if (bytes <= 0 || bytes > FramebufferBackend.MAX_MEMORY) {
        throw new IllegalArgumentException(
            "mem_length=" + Integer.toUnsignedString(bytes) + " is not usable");
      }
      int count = (bytes + SharedPage.PAGE_SIZE - 1) / SharedPage.PAGE_SIZE;
      int perDirectory = SharedPage.PAGE_SIZE / Long.BYTES;
      int directoryCount = (count + perDirectory - 1) / perDirectory;
      if (directoryCount > FbifPage.PAGE_DIRECTORIES_64) {
        throw new IllegalArgumentException(
            "directories=" + directoryCount + " do not fit the page");
      }
      long[] directoryFrames = new long[directoryCount];
      for (int i = 0; i < directoryCount; i++) {
        directoryFrames[i] = checked(shared.getLong(FbifPage.PAGE_DIRECTORY_64 + i * Long.BYTES));
      }
      long[] frames = new long[count];
      try (SharedPage directory =
          memory.map(device.frontend(), directoryFrames, Access.READ_ONLY)) {
        for (int i = 0; i < count; i++) {
          frames[i] = checked(directory.getLong(i * Long.BYTES));
        }
      }
      return frames;
    }
  }

  private int writeEntries(long page, long[] pixels) throws XenException {
    ForeignMemory memory = ports.foreignMemory();
    int entries = pixels.length + 1;
    int frames = (entries + ENTRIES_PER_FRAME - 1) / ENTRIES_PER_FRAME;
    int tableFrames = memory.grantTableFrames(device.frontend());
    for (int place = 1; place <= 2; place++) {
      int first = tableFrames - place * frames;
      if (first <= 0) {
        break;
      }
      try (SharedPage table = memory.mapGrantTable(device.frontend(), first, frames)) {
        if (isFree(table, entries)) {
          for (int i = 0; i < entries; i++) {
            writeEntry(table, i, i == 0 ? page : pixels[i - 1], i > 0);
          }
          return first * ENTRIES_PER_FRAME;
        }
      }
    }
    throw new XenException(
        Errno.ENOSPC, "no room for entries=" + entries + " in frames=" + tableFrames);
  }

  /** Whether nobody has mapped what the entries grant, and none of them is another domain's. */
  private boolean isFree(SharedPage table, int entries) {
    for (int i = 0; i < entries; i++) {
      int word = table.getIntAcquire(i * ENTRY_SIZE);
      boolean ours = word >>> DOMID_SHIFT == domR.value();
      if ((word & GTF_IN_USE) != 0 || ((word & GTF_PERMIT_ACCESS) != 0 && !ours)) {
        return false;
      }
    }
    return true;
  }

  private void writeEntry(SharedPage table, int index, long frame, boolean readOnly) {
    int at = index * ENTRY_SIZE;
    table.putIntRelease(at, 0); // invalid while it changes
    SharedPage.fullFence();
    table.putInt(at + FRAME_WORD, (int) frame);
    int flags = GTF_PERMIT_ACCESS | (readOnly ? GTF_READONLY : 0);
    table.putIntRelease(at, flags | domR.value() << DOMID_SHIFT);
  }

  private Optional<String> node(String path) throws XenException {
    return ports.xenStore().read(path);
  }

  private static long frame(String text) {
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
