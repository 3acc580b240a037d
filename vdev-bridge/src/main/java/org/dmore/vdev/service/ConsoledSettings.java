package org.dmore.vdev.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmore.rfb.ControlPolicy;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.IssuerKey;

/**
 * consoled's settings as words: {@code dmore.NAME=VALUE} on the kernel's command line, or {@code
 * --NAME=VALUE} on its own, which goes first. A name that is not known is an error, and so is a
 * password that is neither given nor declined: a console must not be open by an oversight.
 *
 * @param config what {@link Consoled} is made with
 * @param access who may in
 * @param keys a folder with keys for TLS and RSA-AES; they are made there if it has none
 * @param state a folder for what the next consoled must know of tokens
 * @param audit where the audit goes: {@value #CONSOLE}, {@value #NO_AUDIT}, or a file
 * @param guests the VMs whose consoles these are, if there are several; the other settings are of
 *     the first one's, see {@link #consoles}
 */
record ConsoledSettings(
    ConsoledConfig config,
    AccessSettings access,
    Optional<Path> keys,
    Optional<Path> state,
    String audit,
    List<String> guests) {
  /** What a word on the kernel's command line begins with. */
  static final String PREFIX = "dmore.";

  /** The audit goes to standard output, a prefix before each line. */
  static final String CONSOLE = "console";

  /** There is no audit. */
  static final String NO_AUDIT = "none";

  private static final Duration DEFAULT_POWER_TIMEOUT = Duration.ofSeconds(10);
  private static final int DEFAULT_PORT = 5900;
  private static final int PASSWORD_FILE_LIMIT = 1024;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern DESCRIPTOR = Pattern.compile("fd:(\\d{1,4})");
  private static final String NO_PASSWORD = "no-password";
  private static final String PASSWORD = "password";
  private static final String PASSWORD_FILE = "password-file";
  private static final String TOKENS = "tokens";
  private static final String TOKEN_KEYS = "token-keys";
  private static final String POWER = "power";
  private static final String GUESTS = "guests";

  private static final Set<String> FLAGS = Set.of(NO_PASSWORD, TOKENS, POWER, "shell");

  /** Each name with the form of its value; empty if it takes none. */
  static final Map<String, String> NAMES = names();

  private static Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(
        "name", "TEXT          what viewers show as the title; this domain's name if not given");
    names.put(
        GUESTS,
        "NAME,NAME... VMs, if it serves several: each has a console, at the ports after each"
            + " other's");
    names.put(PASSWORD, "TEXT      viewers' password, of which 8 characters count");
    names.put(PASSWORD_FILE, "FILE  the password is the file's first line");
    names.put(NO_PASSWORD, "         let everyone in");
    names.put("listen", "ADDRESS     to listen on; 0.0.0.0 if not given");
    names.put(
        "port", "PORT          for viewers; " + DEFAULT_PORT + " if not given, 0 for a free one");
    names.put("web-port", "PORT      for browsers; none if not given");
    names.put("metrics-port", "PORT  for Prometheus, on loopback; none if not given");
    names.put("keymap", "LAYOUT      the guest's keyboard layout; us if not given");
    names.put("max-clients", "NUMBER viewers at once; 16 if not given");
    names.put("congestion-mark", "NUMBER events that may wait for the guest; 4096 if not given");
    names.put(
        "control", "WHO        of several viewers types: everyone, newest, first, or idle:TIME");
    names.put("idle-timeout", "TIME  until a viewer that does nothing is disconnected, as 10m");
    names.put("keys", "FOLDER        keys for TLS and RSA-AES; none of the two if not given");
    names.put("vm", "NAME           the VM that tokens must name; as name if not given");
    names.put("tokens", "              let viewers in by tokens, whose issuers' keys dom0 tells");
    names.put("token-keys", "KEY,KEY... keys of issuers whose tokens let in, each ID:ISSUER:POINT");
    names.put("token-skew", "TIME    how far an issuer's clock may be from ours; 30s if not given");
    names.put("state", "FOLDER      keeps what was used and revoked for the next consoled");
    names.put("audit", "WHERE       the audit: console (if not given), none, FILE, or fd:NUMBER");
    names.put("power", "               let viewers with the right ask dom0 for power");
    names.put("power-timeout", "TIME until dom0 must have answered that; 10s if not given");
    names.put("shell", "               for the image: a shell on the VM's console");
    return names;
  }

  /** Names whose word has no value. */
  private static boolean isFlag(String name) {
    return FLAGS.contains(name);
  }

  /** The settings of each console: this, or one for each guest. */
  List<ConsoledSettings> consoles() {
    if (guests.isEmpty()) {
      return List.of(this);
    }
    List<ConsoledSettings> consoles = new ArrayList<>();
    for (String guest : guests) {
      consoles.add(
          new ConsoledSettings(
              config.forOneOf(guest, consoles.size()),
              access.withVm(guest),
              keys,
              state.map(folder -> folder.resolve(ControlNodes.word(guest))),
              audit,
              List.of()));
    }
    return consoles;
  }

  /**
   * Reads settings.
   *
   * @param kernelCommandLine words of which those count that begin with {@value #PREFIX}
   * @param options {@code --NAME=VALUE}, or {@code --NAME} for what has no value
   * @param defaultName the name where none is given
   * @throws IllegalArgumentException naming all that is wrong
   * @throws IOException if the password's file cannot be read
   */
  static ConsoledSettings read(
      String kernelCommandLine, Collection<String> options, String defaultName) throws IOException {
    List<String> problems = new ArrayList<>();
    Map<String, String> words = new LinkedHashMap<>();
    for (String word : SettingWords.split(kernelCommandLine)) {
      if (word.startsWith(PREFIX)) {
        take(word, word.substring(PREFIX.length()), PREFIX, words, problems);
      }
    }
    for (String option : options) {
      if (option.startsWith("--")) {
        take(option, option.substring(2), "--", words, problems);
      } else {
        problems.add("argument=" + option + " does not begin with --");
      }
    }
    return new Reader(words, problems).read(defaultName);
  }

  private static void take(
      String whole, String text, String prefix, Map<String, String> words, List<String> problems) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    if (!NAMES.containsKey(name)) {
      problems.add(
          prefix
              + name
              + " is not known: did you mean "
              + prefix
              + SettingWords.nearest(name, NAMES.keySet())
              + "?");
    } else if (isFlag(name) && equals >= 0) {
      problems.add(prefix + name + " takes no value");
    } else if (!isFlag(name) && equals < 0) {
      problems.add(prefix + name + " needs a value: " + whole + "=...");
    } else {
      words.put(name, equals < 0 ? "" : text.substring(equals + 1));
    }
  }

  /** Reads the values, and gathers what is wrong with them. */
  private static final class Reader {
    private final Map<String, String> words;
    private final List<String> problems;

    Reader(Map<String, String> words, List<String> problems) {
      this.words = words;
      this.problems = problems;
    }

    ConsoledSettings read(String defaultName) throws IOException {
      boolean tokens = words.containsKey(TOKENS) || words.containsKey(TOKEN_KEYS);
      String password = password(tokens);
      ConsoledConfig.Builder config =
          ConsoledConfig.builder(words.getOrDefault("name", defaultName), password)
              .listenOn(
                  words.getOrDefault("listen", "0.0.0.0"), number("port").orElse(DEFAULT_PORT));
      number("web-port").ifPresent(config::webPort);
      number("metrics-port").ifPresent(config::metricsPort);
      number("max-clients").ifPresent(config::maxClients);
      number("congestion-mark").ifPresent(config::congestionMark);
      text("keymap", config::keymap);
      text("control", who -> control(who).ifPresent(config::control));
      text("idle-timeout", time -> duration("idle-timeout", time).ifPresent(config::idleTimeout));
      power().ifPresent(config::power);
      String name = words.getOrDefault("name", defaultName);
      AccessSettings access = null;
      ConsoledConfig built = null;
      try {
        built = config.build();
        access =
            new AccessSettings(
                words.getOrDefault("vm", name), password, tokens, issuerKeys(), skew());
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
      String audit = audit();
      List<String> guests = guests();
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", new LinkedHashSet<>(problems)));
      }
      return new ConsoledSettings(built, access, folder("keys"), folder("state"), audit, guests);
    }

    private Optional<Path> folder(String name) {
      return Optional.ofNullable(words.get(name)).map(Path::of);
    }

    private List<String> guests() {
      if (!words.containsKey(GUESTS)) {
        return List.of();
      }
      List<String> names = Arrays.asList(words.get(GUESTS).split(",", -1));
      if (names.size() > ConsoledConfig.MAX_GUESTS || names.stream().anyMatch(String::isBlank)) {
        problems.add(
            "guests="
                + words.get(GUESTS)
                + " must be 1 to "
                + ConsoledConfig.MAX_GUESTS
                + " names");
      }
      if (names.stream().distinct().count() != names.size()) {
        problems.add("guests=" + words.get(GUESTS) + " names a VM twice");
      }
      for (String name : List.of("name", "vm")) {
        if (words.containsKey(name)) {
          problems.add(name + " has no meaning with guests, which names them");
        }
      }
      checkPorts(names.size());
      return names;
    }

    /** Each has as many ports as there are guests. */
    private void checkPorts(int guests) {
      Map<Integer, String> taken = new HashMap<>();
      for (String name : List.of("port", "web-port", "metrics-port")) {
        int first = number(name).orElse(name.equals("port") ? DEFAULT_PORT : 0);
        for (int port = first; first != 0 && port < first + guests; port++) {
          String before = taken.putIfAbsent(port, name);
          if (before != null) {
            problems.add(
                "%s=%d and the %d after it meet those of %s: leave more room"
                    .formatted(name, first, guests - 1, before));
            break;
          }
        }
        if (first != 0 && first + guests - 1 > 65_535) {
          problems.add("%s=%d has no %d ports after it".formatted(name, first, guests - 1));
        }
      }
    }

    private List<IssuerKey> issuerKeys() {
      String text = words.getOrDefault(TOKEN_KEYS, "");
      return text.isEmpty()
          ? List.of()
          : Arrays.stream(text.split(",", -1)).map(IssuerKey::parse).toList();
    }

    private Duration skew() {
      String text = words.get("token-skew");
      return text == null
          ? AccessSettings.DEFAULT_SKEW
          : duration("token-skew", text).orElse(AccessSettings.DEFAULT_SKEW);
    }

    private Optional<Duration> power() {
      String text = words.get("power-timeout");
      Optional<Duration> timeout =
          text == null ? Optional.of(DEFAULT_POWER_TIMEOUT) : duration("power-timeout", text);
      if (text != null && !words.containsKey(POWER)) {
        problems.add("power-timeout=" + text + " has no meaning without dmore.power");
      }
      return words.containsKey(POWER) ? timeout : Optional.empty();
    }

    private String audit() {
      String text = words.getOrDefault("audit", CONSOLE);
      Matcher descriptor = DESCRIPTOR.matcher(text);
      if (descriptor.matches()) {
        return "/proc/self/fd/" + descriptor.group(1);
      }
      if (!text.equals(CONSOLE) && !text.equals(NO_AUDIT) && !text.startsWith("/")) {
        problems.add(
            "audit=" + text + " is not one of console, none, fd:NUMBER, or a file from / on");
      }
      return text;
    }

    private String password(boolean tokens) throws IOException {
      List<String> given =
          words.keySet().stream()
              .filter(List.of(PASSWORD, PASSWORD_FILE, NO_PASSWORD)::contains)
              .toList();
      if (given.isEmpty() && tokens) {
        return "";
      }
      if (tokens && given.contains(NO_PASSWORD)) {
        problems.add("dmore.no-password lets everyone in: tokens would have no meaning");
        return "";
      }
      if (given.size() != 1) {
        problems.add(
            given.isEmpty()
                ? "no password is set: give dmore.password=TEXT or dmore.password-file=FILE, or"
                    + " dmore.no-password to let everyone in, or dmore.tokens"
                : String.join(" and ", given) + " are given: one of them is enough");
        return "";
      }
      if (words.containsKey(NO_PASSWORD)) {
        return "";
      }
      String password = words.get(PASSWORD);
      if (password == null) {
        password = firstLine(Path.of(words.get(PASSWORD_FILE)));
      }
      if (password.isEmpty()) {
        problems.add("the password is empty: give one, or dmore.no-password to let everyone in");
      }
      return password;
    }

    private static String firstLine(Path file) throws IOException {
      byte[] bytes;
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes(PASSWORD_FILE_LIMIT);
      } catch (IOException e) {
        throw new IOException("password-file=" + file + " cannot be read: " + reason(e), e);
      }
      return new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }

    private static String reason(IOException failure) {
      return failure instanceof java.nio.file.NoSuchFileException
          ? "it is not there"
          : failure.toString();
    }

    private void text(String name, Consumer<String> use) {
      if (words.containsKey(name)) {
        use.accept(words.get(name));
      }
    }

    private Optional<Integer> number(String name) {
      String text = words.get(name);
      if (text == null) {
        return Optional.empty();
      }
      if (!text.matches("\\d{1,9}")) {
        problems.add(name + "=" + text + " is not a number");
        return Optional.empty();
      }
      return Optional.of(Integer.valueOf(text));
    }

    private Optional<ControlPolicy> control(String who) {
      if (who.startsWith("idle:")) {
        return duration("control", who.substring("idle:".length())).map(ControlPolicy::whenIdle);
      }
      return switch (who) {
        case "everyone" -> Optional.of(ControlPolicy.everyone());
        case "newest" -> Optional.of(ControlPolicy.newest());
        case "first" -> Optional.of(ControlPolicy.whenFree());
        default -> {
          problems.add(
              "control="
                  + who
                  + " is not one of everyone, newest, first, or idle:TIME as idle:30s");
          yield Optional.empty();
        }
      };
    }

    private Optional<Duration> duration(String name, String text) {
      Matcher form = DURATION.matcher(text);
      if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
        problems.add(
            name + "=" + text + " is not a time: write a whole number and ms, s, m or h, as 10m");
        return Optional.empty();
      }
      long count = Long.parseLong(form.group(1));
      return Optional.of(
          switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
          });
    }
  }
}
