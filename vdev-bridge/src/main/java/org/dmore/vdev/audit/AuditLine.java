package org.dmore.vdev.audit;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A line of the audit in the making: one JSON object (RFC 8259) of texts, whole numbers and truth
 * values, in ASCII. Whatever is not printable ASCII is escaped, so that no text, a viewer's or a
 * guest's, can end the line, begin another, or move a terminal's cursor.
 */
final class AuditLine {
  /** Longest value in characters; the rest is cut off. */
  static final int MAX_VALUE = 256;

  private final StringBuilder json = new StringBuilder(200).append('{');

  /** Begins a line. */
  AuditLine(Instant time, long number, String vm, String event) {
    text("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
    number("n", number);
    text("vm", vm);
    text("event", event);
  }

  AuditLine text(String name, String value) {
    name(name);
    json.append('"');
    int length = Math.min(value.length(), MAX_VALUE);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        json.append(c);
      } else {
        json.append("\\u").append(Character.forDigit(c >> 12, 16));
        json.append(Character.forDigit(c >> 8 & 0xf, 16));
        json.append(Character.forDigit(c >> 4 & 0xf, 16));
        json.append(Character.forDigit(c & 0xf, 16));
      }
    }
    json.append('"');
    return this;
  }

  /** As {@link #text}; nothing if it is empty. */
  AuditLine known(String name, String value) {
    return value.isEmpty() ? this : text(name, value);
  }

  AuditLine number(String name, long value) {
    name(name);
    json.append(value);
    return this;
  }

  AuditLine truth(String name, boolean value) {
    name(name);
    json.append(value);
    return this;
  }

  /** A peer's address and, where it has one, its port. */
  AuditLine peer(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return text("address", inet.getAddress().getHostAddress()).number("port", inet.getPort());
    }
    return text("address", String.valueOf(address));
  }

  private void name(String name) {
    if (json.length() > 1) {
      json.append(',');
    }
    json.append('"').append(name).append("\":");
  }

  /** The whole line, without its end. */
  String end() {
    return json + "}";
  }
}
