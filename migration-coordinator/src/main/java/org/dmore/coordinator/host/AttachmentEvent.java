package org.dmore.coordinator.host;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that an attachment did or saw.
 *
 * @param kind what
 * @param details by name, in the order in which they should be told: numbers, truth values, texts
 */
public record AttachmentEvent(Kind kind, Map<String, Object> details) {

  /** What happened. */
  public enum Kind {
    /** A domain of the pair is not here; details: {@code for}, the name. */
    WAITING,
    /**
     * The nodes of both devices stand; details: {@code domr} and {@code domu}, domain ids; {@code
     * takenOver}, whether they stood already and were left as they are.
     */
    ATTACHED,
    /** consoled has said what it can do: the guest may run; details: {@code domr}. */
    SERVED,
    /** consoled has not said anything for a while; details: {@code domr}, {@code message}. */
    NOT_SERVED,
    /** The framebuffer's pages were granted; details: {@code pages}. */
    GRANTED,
    /** A device of the guest's works; details: {@code device}. */
    CONNECTED,
    /** It works no more; details: {@code device}. */
    DISCONNECTED,
    /** The guest is gone, or another domain has its name; details: {@code domu}. */
    GUEST_LEFT,
    /** DomR is gone, or another domain has its name; details: {@code domr}. */
    DOMR_LEFT,
    /** Somebody else has taken the devices away: the attachment has ended. */
    DETACHED,
    /** Something stands in the way, until somebody mends it; details: {@code message}. */
    PROBLEM
  }

  public AttachmentEvent {
    details = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** An event without details. */
  static AttachmentEvent of(Kind kind) {
    return new AttachmentEvent(kind, Map.of());
  }

  /** The same event with one more detail. */
  AttachmentEvent with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(details);
    more.put(name, value);
    return new AttachmentEvent(kind, more);
  }
}
