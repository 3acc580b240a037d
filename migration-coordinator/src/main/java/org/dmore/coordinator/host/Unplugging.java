package org.dmore.coordinator.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenbusState;

/**
 * Takes devices away from a guest whose backend's domain is no more, and finds out when the guest's
 * kernel has dropped them.
 *
 * <p>A kernel that sees a device's nodes vanish drops the device; it says so nowhere. If the same
 * nodes are back before it looked, it keeps the device, with the dead backend. Other numbers for
 * the next devices would avoid that, but a number must not change for long: when the guest moves,
 * its drivers look for their nodes under the numbers that they had.
 *
 * <p>There is a witness: a keyboard's driver ends the grant of its page when it goes, and the entry
 * stands in the guest's grant table. Linux handles such changes one after the other, so the
 * keyboard's nodes are removed last.
 *
 * <p>Confined to the attachment's thread.
 */
final class Unplugging {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * How long a driver may take from ending its grant to its last word, the state CLOSED: it must
   * not say that of the next device.
   */
  private static final Duration LAST_WORD = Duration.ofMillis(500);

  private static final int ENTRY_SIZE = 8;
  private static final int ENTRIES_PER_FRAME = SharedPage.PAGE_SIZE / ENTRY_SIZE;
  private static final int FLAGS = 0xffff;
  private static final int GTF_IN_USE = 1 << 3 | 1 << 4;

  private final ForeignMemory memory;
  private final DomainId domU;
  private final Set<Integer> numbers;
  private final Optional<Witness> witness;
  private final boolean driven;
  private final long deadline = System.nanoTime() + PATIENCE.toNanos();
  private OptionalLong goneSince = OptionalLong.empty();
  private boolean late;

  /** A keyboard page's grant as it stood before. */
  private record Witness(GrantRef ref, Entry entry) {}

  /** {@code struct grant_entry_v1}: flags and domid, frame. */
  private record Entry(int word, int frame) {
    boolean isInvalid() {
      return (word & FLAGS) == 0;
    }

    /** Whether it is another grant, in use or not. */
    boolean differsFrom(Entry other) {
      return ((word ^ other.word) & ~GTF_IN_USE) != 0 || frame != other.frame;
    }
  }

  private Unplugging(
      ForeignMemory memory,
      DomainId domU,
      Set<Integer> numbers,
      Optional<Witness> witness,
      boolean driven) {
    this.memory = memory;
    this.domU = domU;
    this.numbers = numbers;
    this.witness = witness;
    this.driven = driven;
  }

  /** Removes the nodes of a guest's devices; at least one. */
  static Unplugging begin(ControlPorts ports, DomainId domU, List<DeviceId> devices)
      throws XenException {
    DeviceNodes nodes = new DeviceNodes(ports.xenStore());
    Optional<Witness> witness = Optional.empty();
    boolean driven = false;
    for (DeviceId id : devices) {
      XenbusState state = nodes.frontendState(id);
      driven |= state != XenbusState.INIT_WAIT && state != XenbusState.INITIALISING;
      if (id.type() == DeviceType.KEYBOARD) {
        witness = witness(ports, id);
      }
    }
    List<DeviceId> keyboardsLast = new ArrayList<>(devices);
    keyboardsLast.sort((a, b) -> Boolean.compare(isKeyboard(a), isKeyboard(b)));
    for (DeviceId id : keyboardsLast) {
      ports.xenStore().remove(id.frontendPath());
    }
    return new Unplugging(
        ports.foreignMemory(),
        domU,
        devices.stream().map(DeviceId::number).collect(Collectors.toSet()),
        witness,
        driven);
  }

  /** Whether the guest's kernel has dropped them, or need not be waited for any longer. */
  boolean isOver() throws XenException {
    if (witness.isEmpty()) {
      return true;
    }
    long now = System.nanoTime();
    if (goneSince.isEmpty() && isGone(witness.get())) {
      goneSince = OptionalLong.of(now);
    }
    if (goneSince.isPresent()) {
      return now - goneSince.getAsLong() >= LAST_WORD.toNanos();
    }
    late = System.nanoTime() >= deadline;
    return late;
  }

  /** The numbers that the next devices must not have: the kernel may still know them. */
  Set<Integer> takenNumbers() {
    boolean unseen = witness.isEmpty() && driven;
    return late || unseen ? numbers : Set.of();
  }

  private boolean isGone(Witness seen) throws XenException {
    Entry now = read(memory, domU, seen.ref());
    return now.isInvalid() || now.differsFrom(seen.entry());
  }

  private static Optional<Witness> witness(ControlPorts ports, DeviceId keyboard)
      throws XenException {
    try {
      Optional<GrantRef> ref =
          ports.xenStore().read(keyboard.frontendPath() + "/page-gref").map(GrantRef::parse);
      ForeignMemory memory = ports.foreignMemory();
      DomainId domU = keyboard.frontend();
      if (ref.isEmpty()
          || memory.grantTableVersion(domU) != 1
          || ref.get().value() / ENTRIES_PER_FRAME >= memory.grantTableFrames(domU)) {
        return Optional.empty();
      }
      Entry entry = read(memory, domU, ref.get());
      return entry.isInvalid() ? Optional.empty() : Optional.of(new Witness(ref.get(), entry));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the guest's to write, and nonsense
    }
  }

  private static Entry read(ForeignMemory memory, DomainId domU, GrantRef ref) throws XenException {
    try (SharedPage table = memory.mapGrantTable(domU, ref.value() / ENTRIES_PER_FRAME, 1)) {
      int at = ref.value() % ENTRIES_PER_FRAME * ENTRY_SIZE;
      return new Entry(table.getIntAcquire(at), table.getInt(at + Integer.BYTES));
    }
  }

  private static boolean isKeyboard(DeviceId id) {
    return id.type() == DeviceType.KEYBOARD;
  }
}
