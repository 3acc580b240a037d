package org.dmore.coordinator.store.record;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids that sort by the time at which they were made and that no two hosts make alike: twenty
 * letters and digits, ten for the milliseconds since 1970 and ten of chance. Those of one maker
 * sort in the order of their making even within a millisecond or when the clock goes back.
 *
 * <p>Thread-safe.
 */
public final class TimeOrderedIds {
  /** In the order of their codes; without those that people mistake for one another. */
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

  private static final int BITS = 5;
  private static final int HALF = 10;
  private static final long CHANCES = 1L << (BITS * HALF);

  private final InstantSource clock;
  private final RandomGenerator random;
  private long lastMillis;
  private long lastChance;

  /** Makes ids by the system's clock and good chance. */
  public TimeOrderedIds() {
    this(InstantSource.system(), new SecureRandom());
  }

  TimeOrderedIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The next id. */
  public synchronized String next() {
    long millis = clock.millis();
    if (millis > lastMillis) {
      lastMillis = millis;
      lastChance = random.nextLong(CHANCES);
    } else if (++lastChance == CHANCES) {
      lastMillis++;
      lastChance = 0;
    }
    return digits(lastMillis) + digits(lastChance);
  }

  /**
   * When an id was made.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Instant timeOf(String id) {
    if (id.length() != 2 * HALF) {
      throw new IllegalArgumentException("id=" + id + " must have " + 2 * HALF + " characters");
    }
    long millis = 0;
    for (int i = 0; i < id.length(); i++) {
      int digit = DIGITS.indexOf(id.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("id=" + id + " has a character that ids do not");
      }
      if (i < HALF) {
        millis = millis << BITS | digit;
      }
    }
    return Instant.ofEpochMilli(millis);
  }

  private static String digits(long number) {
    StringBuilder digits = new StringBuilder(HALF);
    for (int i = HALF - 1; i >= 0; i--) {
      digits.append(DIGITS.charAt((int) (number >>> (i * BITS)) & 31));
    }
    return digits.toString();
  }
}
