package org.dmore.coordinator.host;

import java.util.Optional;

/**
 * What a DomR's consoled tells its dom0 unasked, in xenstore. It is a guest's to write: for people
 * to read, and to notice a change by.
 *
 * @param started when consoled began and what it then remembered, as it writes it; empty if it has
 *     not, or began at another host
 * @param waiting input events that wait, as it said last: it does while it holds input; 0 if it has
 *     said nothing
 */
public record ConsoleNotes(Optional<String> started, long waiting) {}
