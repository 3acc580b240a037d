package org.dmore.coordinator.control;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be changed of a host; what is empty stays as it is.
 *
 * @param labels all labels that it is to have
 * @param maxVms how many VMs it may have, 1 or more
 */
public record HostEdit(Optional<Map<String, String>> labels, OptionalInt maxVms) {}
