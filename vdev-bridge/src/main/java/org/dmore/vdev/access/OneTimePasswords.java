package org.dmore.vdev.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.dmore.rfb.Credential;
import org.dmore.rfb.security.VncAuthentication;

/**
 * Passwords that dom0 hands out for a viewer that knows VNC Authentication alone. The method proves
 * a password by encrypting with it, so the password itself must be here, and no hash of it would
 * do; it is overwritten when it was used as often as it may be, is over, or is revoked. It is in no
 * file.
 *
 * <p>Not thread-safe.
 */
final class OneTimePasswords {
  /** At a time. */
  static final int MAX_PASSWORDS = 16;

  /** All that VNC Authentication takes; fewer would be guessed. */
  static final int LENGTH = 8;

  /**
   * One of them, but for the password itself.
   *
   * @param user for whom it was made; empty if nobody said
   */
  record Pass(Credential credential, String user, ConsoleRight right) {}

  private static final class Entry {
    private final Pass pass;
    private final byte[] secret;
    private final Instant expires;
    private int uses;

    Entry(Pass pass, byte[] secret, int uses, Instant expires) {
      this.pass = pass;
      this.secret = secret;
      this.uses = uses;
      this.expires = expires;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /**
   * Adds one.
   *
   * @throws IllegalArgumentException if it is not {@value #LENGTH} printable characters of ASCII,
   *     or the id is in use
   * @throws IllegalStateException if there are as many as may be
   */
  void add(Pass pass, String password, int uses, Instant expires, Instant now) {
    forget(now);
    if (password.length() != LENGTH || !password.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "a one-time password has " + LENGTH + " characters of printable ASCII without spaces");
    }
    String id = pass.credential().id();
    if (entries.stream().anyMatch(entry -> entry.pass.credential().id().equals(id))) {
      throw new IllegalArgumentException("id=" + id + " is another's");
    }
    if (entries.size() >= MAX_PASSWORDS) {
      throw new IllegalStateException(
          "one-time passwords=" + MAX_PASSWORDS + " are as many as can be kept: wait, or revoke");
    }
    entries.add(new Entry(pass, password.getBytes(StandardCharsets.US_ASCII), uses, expires));
  }

  /** Uses the one with which a challenge was answered; all are tried, found or not. */
  Optional<Pass> byResponse(byte[] challenge, byte[] response, Instant now) {
    return use(
        secret -> MessageDigest.isEqual(VncAuthentication.response(secret, challenge), response),
        now);
  }

  /** Uses the one that was given as it is; all are tried, found or not. */
  Optional<Pass> byText(byte[] password, Instant now) {
    return use(secret -> MessageDigest.isEqual(secret, password), now);
  }

  private Optional<Pass> use(Predicate<byte[]> test, Instant now) {
    forget(now);
    Entry found = null;
    for (Entry entry : entries) {
      // No shortcut: the time tells nothing of how many there are before the right one.
      boolean right = test.test(entry.secret);
      found = right && found == null ? entry : found;
    }
    if (found == null) {
      return Optional.empty();
    }
    found.uses--;
    if (found.uses == 0) {
      remove(found);
    }
    return Optional.of(found.pass);
  }

  /** Takes those away that a test finds; returns how many. */
  int revoke(Predicate<Pass> test) {
    List<Entry> found = entries.stream().filter(entry -> test.test(entry.pass)).toList();
    found.forEach(this::remove);
    return found.size();
  }

  /** How many wait to be used. */
  int count(Instant now) {
    forget(now);
    return entries.size();
  }

  private void forget(Instant now) {
    List.copyOf(entries).stream()
        .filter(entry -> entry.expires.isBefore(now))
        .forEach(this::remove);
  }

  private void remove(Entry entry) {
    Arrays.fill(entry.secret, (byte) 0);
    entries.remove(entry);
  }
}
