package org.dmore.coordinator.control;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be changed of a host; what is empty stays as it is.
 *
 * @param labels all labels that it is to have
 * @param maxVms how many VMs it may have, 1 or more
 * @param down whether it is known not to run, its hostd being absent: nothing of it comes back
 */
public record HostEdit(Optional<Map<String, String>> labels, OptionalInt maxVms, boolean down) {
  /** That it does not run. */
  public static final HostEdit DOWN = new HostEdit(Optional.empty(), OptionalInt.empty(), true);

  /** Of labels and the number of VMs. */
  public HostEdit(Optional<Map<String, String>> labels, OptionalInt maxVms) {
    this(labels, maxVms, false);
  }
}
