package org.dmore.coordinator.api;

import java.util.Optional;
import org.dmore.coordinator.control.ControlException.Reason;

/**
 * Why a request was not carried out: {@code application/problem+json}, RFC 9457.
 *
 * @param type always {@code about:blank}: {@code reason} says what a program needs
 * @param title the status in words
 * @param status HTTP's status
 * @param detail for people: what is wrong and what to do
 * @param reason as the control plane has it, where it has one
 * @param id under which the server's log has more, where there is more
 */
record Problem(
    String type,
    String title,
    int status,
    String detail,
    Optional<Reason> reason,
    Optional<String> id) {

  static final String MEDIA_TYPE = "application/problem+json";
}
