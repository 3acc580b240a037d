package org.dmore.xen;

import java.util.Optional;
import java.util.UUID;

/**
 * Tells whether this domain is still on the host where it was a while ago: a node with a value of
 * its own in the domain's {@code data} directory. A move leaves it behind, as the toolstack makes a
 * new home at the destination. The domain's number does not tell: it can be the same at both hosts.
 *
 * <p>Thread-safe. It asks xenstore, so the answer is of now, not of the last event.
 */
public final class HostMark {
  private static final String DIRECTORY = "data/host-mark/";

  private final XenStore store;
  private final String path;
  private volatile String value;

  /**
   * A mark that is not set yet.
   *
   * @param name unique among the programs of this domain; of xenstore's characters
   */
  public HostMark(XenStore store, String name) {
    this.store = store;
    this.path = DIRECTORY + name;
  }

  /**
   * Marks the host that the domain is on.
   *
   * @throws XenException EACCES if the domain may not write in its {@code data} directory
   */
  public void set() throws XenException {
    String fresh = UUID.randomUUID().toString();
    store.write(path, fresh);
    value = fresh;
  }

  /** Whether the domain is where the mark was set; true if it was never set. */
  public boolean isHere() throws XenException {
    String expected = value;
    return expected == null || store.read(path).equals(Optional.of(expected));
  }

  /** Takes the mark away. */
  public void remove() throws XenException {
    if (value != null) {
      value = null;
      store.remove(path);
    }
  }
}
