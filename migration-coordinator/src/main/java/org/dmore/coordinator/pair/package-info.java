/**
 * A user VM and its DomR, and their move together: an explicit state machine whose every step is
 * journaled before it is done, and undone in reverse when one fails. Imports {@code
 * org.dmore.coordinator.host}, and for a journal that hosts share {@code
 * org.dmore.coordinator.store}.
 */
package org.dmore.coordinator.pair;
