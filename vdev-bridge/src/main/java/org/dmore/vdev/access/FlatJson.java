package org.dmore.vdev.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a JSON object (RFC 8259) whose members are strings and whole numbers, as a token's header
 * and claims are. Whatever else JSON has is refused, and so is a name that stands twice: two
 * readers must not read two things in one token.
 */
final class FlatJson {
  private static final int MAX_DIGITS = 15;

  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /**
   * Reads an object.
   *
   * @return {@link String} and {@link Long} values by name
   * @throws IllegalArgumentException if the text is anything else
   */
  static Map<String, Object> parse(String text) {
    FlatJson reader = new FlatJson(text);
    Map<String, Object> members = reader.object();
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.unexpected();
    }
    return members;
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    if (peek() == '}') {
      at++;
      return members;
    }
    while (true) {
      if (peek() != '"') {
        throw unexpected();
      }
      String name = string();
      expect(':');
      Object value = peek() == '"' ? string() : number();
      if (members.put(name, value) != null) {
        throw new IllegalArgumentException("a name stands twice");
      }
      if (peek() == ',') {
        at++;
      } else {
        expect('}');
        return members;
      }
    }
  }

  private String string() {
    at++;
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return value.toString();
      }
      if (c < ' ') {
        throw unexpected();
      }
      value.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> throw unexpected();
    };
  }

  private char hex() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw unexpected();
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private Long number() {
    int from = at;
    if (at < text.length() && text.charAt(at) == '-') {
      at++;
    }
    int digits = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    boolean leadingZero = at - digits > 1 && text.charAt(digits) == '0';
    if (at == digits || at - digits > MAX_DIGITS || leadingZero) {
      throw unexpected();
    }
    return Long.valueOf(text.substring(from, at));
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw unexpected();
    }
    at++;
  }

  /** The next character that is no space; 0 at the end. */
  private char peek() {
    skipSpace();
    return at < text.length() ? text.charAt(at) : 0;
  }

  private char next() {
    if (at == text.length()) {
      throw unexpected();
    }
    return text.charAt(at++);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException("not an object of strings and whole numbers: at=" + at);
  }
}
