package org.dmore.xen.embedded;

/** Told that the domain goes on after it was suspended; what a guest's kernel learns at resume. */
@FunctionalInterface
public interface ResumeListener {
  /**
   * Called on the first virtual CPU, before anything else that it runs.
   *
   * @param cancelled true if the suspend was called off (Linux {@code PMSG_THAW}): the domain is
   *     where it was and all its ports and grants are valid; false if the domain was restored
   *     elsewhere: it has a new number, its event channels are dead, its grant table is empty, and
   *     frontends connect anew
   */
  void resumed(boolean cancelled);
}
