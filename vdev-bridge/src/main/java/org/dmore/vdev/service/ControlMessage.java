package org.dmore.vdev.service;

import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A command that hostd writes for consoled, or the answer to one: a line in a xenstore node.
 *
 * <pre>
 *   7 hold drain-millis=200
 *   7 ok consumed=1204 drained=true published=1204
 *   8 error message=no%20guest%20is%20attached
 * </pre>
 *
 * <p>Commands and answers stand in a console's {@link ControlNodes}; an answer carries its
 * command's number. Values are words; {@code %XX} stands for a space, a control character or {@code
 * %}.
 *
 * @param sequence the command's number; never used twice in the life of a DomR
 * @param verb what to do, or {@value #OK} or {@value #ERROR}
 * @param arguments by name
 */
public record ControlMessage(long sequence, String verb, Map<String, String> arguments) {
  /** The verb of an answer to a request that is being carried out. */
  public static final String TAKEN = "taken";

  /** The verb of an answer to a command that was carried out. */
  public static final String OK = "ok";

  /** The verb of an answer to a command that was not; its argument {@code message} says why. */
  public static final String ERROR = "error";

  /** Verbs of commands. */
  public static final String HOLD = "hold";

  public static final String RELEASE = "release";
  public static final String DETACH = "detach";
  public static final String REATTACH = "reattach";
  public static final String RECEIPT = "receipt";
  public static final String ATTACH = "attach";
  public static final String VERIFY = "verify";
  public static final String STATUS = "status";
  public static final String PASTE = "paste";
  public static final String PASTE_STATUS = "paste-status";
  public static final String PASTE_CANCEL = "paste-cancel";
  public static final String LOCKS = "locks";
  public static final String SESSIONS = "sessions";
  public static final String DISCONNECT = "disconnect";
  public static final String TOKEN_KEYS = "token-keys";
  public static final String ONE_TIME = "one-time";
  public static final String REVOKE = "revoke";

  /** The argument with what is to be pasted. Never to be logged. */
  public static final String TEXT = "text";

  /** The argument with a one-time password. Never to be logged. */
  public static final String PASSWORD = "password";

  private static final Set<String> SECRETS = Set.of(TEXT, PASSWORD);

  /** An argument's value where nobody can tell. */
  public static final String UNKNOWN = "unknown";

  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]*");

  public ControlMessage {
    if (!WORD.matcher(verb).matches()) {
      throw new IllegalArgumentException("verb=\"" + verb + "\" is not a lower-case word");
    }
    for (String name : arguments.keySet()) {
      if (!WORD.matcher(name).matches()) {
        throw new IllegalArgumentException("argument=\"" + name + "\" is not a lower-case word");
      }
    }
    arguments = Map.copyOf(arguments);
  }

  /** A command, or an answer, without arguments. */
  public static ControlMessage of(long sequence, String verb) {
    return new ControlMessage(sequence, verb, Map.of());
  }

  /**
   * Reads what {@link #format} wrote.
   *
   * @throws IllegalArgumentException if the text is not such a line
   */
  public static ControlMessage parse(String text) {
    String[] words = text.trim().split(" ", -1);
    long sequence =
        sequence(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "message=\"" + text + "\" does not begin with a number"));
    if (words.length < 2) {
      throw new IllegalArgumentException("message=\"" + text + "\" has no verb");
    }
    Map<String, String> arguments = new TreeMap<>();
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("argument=\"" + words[i] + "\" is not NAME=VALUE");
      }
      arguments.put(words[i].substring(0, equals), unescape(words[i].substring(equals + 1)));
    }
    return new ControlMessage(sequence, words[1], arguments);
  }

  /** The number that a line begins with, whatever the rest of it is worth. */
  static OptionalLong sequence(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text.trim().split(" ", 2)[0]));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The line that stands in the node. */
  public String format() {
    StringBuilder line = new StringBuilder().append(sequence).append(' ').append(verb);
    new TreeMap<>(arguments)
        .forEach((name, value) -> line.append(' ').append(name).append('=').append(escape(value)));
    return line.toString();
  }

  /** An argument's text. */
  public String text(String name) {
    String value = arguments.get(name);
    if (value == null) {
      throw new IllegalArgumentException("command=" + verb + " lacks the argument " + name);
    }
    return value;
  }

  /** An argument as a number of 64 bits. */
  public long number(String name) {
    String value = text(name);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "command=" + verb + " " + name + "=" + value + " is not a number", e);
    }
  }

  /** An argument as an index of a ring: u32, in decimal. */
  public int index(String name) {
    long number = number(name);
    if (number < 0 || number > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "command=" + verb + " " + name + "=" + number + " is not in 0..4294967295");
    }
    return (int) number;
  }

  /** Whether there is an argument of that name. */
  public boolean has(String name) {
    return arguments.containsKey(name);
  }

  /** Whether an argument is {@code true}. */
  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  /** Whether it has an argument that is not for everyone's eyes. */
  boolean hasSecrets() {
    return arguments.keySet().stream().anyMatch(SECRETS::contains);
  }

  /** The same with the length of a secret in its place. */
  ControlMessage withoutSecrets() {
    Map<String, String> shown = new TreeMap<>(arguments);
    shown.replaceAll(
        (name, value) -> SECRETS.contains(name) ? "(characters:" + value.length() + ")" : value);
    return new ControlMessage(sequence, verb, shown);
  }

  /** Whether this answer says that the command was carried out. */
  public boolean isOk() {
    return verb.equals(OK);
  }

  private static String escape(String value) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '%') {
        escaped.append('%').append(HEX.toHexDigits((byte) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String unescape(String value) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%') {
        if (i + 2 >= value.length()) {
          throw new IllegalArgumentException("value=\"" + value + "\" ends within an escape");
        }
        plain.append((char) HexFormat.fromHexDigits(value, i + 1, i + 3));
        i += 2;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
