package org.dmore.coordinator;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them, in options and in files of settings: {@code 500ms}, {@code 10s},
 * {@code 2m}, {@code 1h}.
 */
public final class WrittenDuration {
  /** What to write, for an error's message. */
  public static final String FORM = "a whole number and ms, s, m or h, as in 10s";

  private static final Pattern PATTERN = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private WrittenDuration() {}

  /** Reads one, 0 among them; nothing if the text is not of the form. */
  public static Optional<Duration> read(String text) {
    Matcher form = PATTERN.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(form.group(1));
    return Optional.of(
        switch (form.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }
}
