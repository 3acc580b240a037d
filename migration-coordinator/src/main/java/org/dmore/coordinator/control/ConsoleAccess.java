package org.dmore.coordinator.control;

import java.time.Instant;

/**
 * A way into a console.
 *
 * @param address where viewers connect, as {@code HOST:PORT}
 * @param kind what {@code secret} is
 * @param secret the password or token
 * @param id by which it can be revoked
 * @param expires when it opens the console no more
 */
public record ConsoleAccess(
    String address, ConsoleRequest.Kind kind, String secret, String id, Instant expires) {}
