package org.dmore.vdev.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must not be forgotten of tokens: how often each was used, which were revoked, and the
 * issuers' keys that came by command.
 *
 * <p>Forgetting. A token's use and its revocation are kept until the token's time is over, and
 * twice what clocks may differ by. A clock that is set back would bring such a token to life again;
 * so {@code floor} remembers the latest end of what was forgotten, and no token that ended by then
 * is ever taken. Where this memory begins, {@code since}, nothing is known of what was used before:
 * tokens of limited use that are older are refused, whether they were used or not.
 *
 * <p>It is written out before a use counts. Not thread-safe.
 */
final class AccessMemory {
  /** Tokens of limited use, and revoked ones, that are kept at a time: each. */
  static final int MAX_IDS = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AccessMemory.class);
  private static final String VERSION = "dmore-access 1";

  private record Use(long expires, int count) {}

  /**
   * A user whose credentials are revoked.
   *
   * @param before those that were issued earlier
   * @param end when the last of them is over anyway
   */
  private record Expulsion(long before, long end) {}

  private final MemoryStore store;
  private final Duration skew;
  private final Map<String, Use> used = new LinkedHashMap<>();
  private final Map<String, Long> revoked = new LinkedHashMap<>();
  private final Map<String, Expulsion> expelled = new LinkedHashMap<>();
  private final Map<String, IssuerKey> keys = new LinkedHashMap<>();
  private long since;
  private long floor;
  private long issuedBefore;
  private final boolean kept;

  /** Takes up what was kept, or begins. */
  AccessMemory(MemoryStore store, Duration skew, Instant now) {
    this.store = store;
    this.skew = skew;
    this.since = now.getEpochSecond();
    boolean found = false;
    try {
      Optional<String> text = store.load();
      if (text.isPresent()) {
        read(text.get());
        found = true;
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("what was used and revoked is not known any more: {}", e.getMessage());
      used.clear();
      revoked.clear();
      expelled.clear();
      keys.clear();
      since = now.getEpochSecond();
      floor = 0;
      issuedBefore = 0;
    }
    kept = found;
  }

  /** Whether a former process's memory was taken up. */
  boolean isKept() {
    return kept;
  }

  /** Whether all tokens that ended by then were forgotten. */
  boolean isForgotten(Instant expires) {
    return expires.getEpochSecond() <= floor;
  }

  /** Whether uses of a token that was issued then may have come before this memory. */
  boolean isBefore(Instant issued) {
    return issued.getEpochSecond() <= since;
  }

  boolean isRevoked(String id, String user, Instant issued) {
    Expulsion expulsion = expelled.get(user);
    return issued.getEpochSecond() < issuedBefore
        || revoked.containsKey(id)
        || (expulsion != null && issued.getEpochSecond() < expulsion.before());
  }

  /**
   * Counts a use, if the token has one left.
   *
   * @param end when its time is over
   * @return whether it had
   * @throws IOException if there is no room, or it cannot be kept: then it does not count
   */
  boolean use(String id, int uses, Instant end, Instant now) throws IOException {
    forget(now);
    Use before = used.getOrDefault(id, new Use(end.getEpochSecond(), 0));
    if (before.count() >= uses) {
      return false;
    }
    if (before.count() == 0 && used.size() >= MAX_IDS) {
      throw new IOException("tokens in use=" + MAX_IDS + " are as many as can be kept");
    }
    used.put(id, new Use(Math.max(before.expires(), end.getEpochSecond()), before.count() + 1));
    try {
      save();
    } catch (IOException e) {
      if (before.count() == 0) {
        used.remove(id);
      } else {
        used.put(id, before);
      }
      throw e;
    }
    return true;
  }

  /**
   * Revokes one.
   *
   * @param end when it is over anyway
   * @throws IOException if there is no room; or it is revoked, and cannot be kept
   */
  void revoke(String id, Instant end, Instant now) throws IOException {
    forget(now);
    checkRoom(revoked, id, "revoked tokens");
    revoked.merge(id, end.getEpochSecond(), Math::max);
    save();
  }

  /**
   * Revokes all of one user's that were issued earlier.
   *
   * @param end when the last of them is over anyway
   * @throws IOException if there is no room; or they are revoked, and it cannot be kept
   */
  void revokeUser(String user, Instant before, Instant end, Instant now) throws IOException {
    forget(now);
    checkRoom(expelled, user, "users with revoked tokens");
    expelled.merge(
        user,
        new Expulsion(before.getEpochSecond(), end.getEpochSecond()),
        (old, fresh) -> fresh.before() > old.before() ? fresh : old);
    save();
  }

  private static void checkRoom(Map<String, ?> kept, String wanted, String what)
      throws IOException {
    if (kept.size() >= MAX_IDS && !kept.containsKey(wanted)) {
      throw new IOException(
          what + "=" + MAX_IDS + " are as many as can be kept: revoke all that are older");
    }
  }

  /**
   * Revokes all that were issued earlier.
   *
   * @throws IOException if it cannot be kept; they are revoked all the same
   */
  void revokeIssuedBefore(Instant time) throws IOException {
    issuedBefore = Math.max(issuedBefore, time.getEpochSecond());
    save();
  }

  /** Puts these in the place of the keys that there are. */
  void keys(Collection<IssuerKey> values) throws IOException {
    keys.clear();
    values.forEach(key -> keys.put(key.id(), key));
    save();
  }

  Optional<IssuerKey> key(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  List<IssuerKey> keys() {
    return List.copyOf(keys.values());
  }

  private void forget(Instant now) {
    long seconds = now.getEpochSecond();
    used.values().removeIf(use -> isOver(use.expires(), seconds));
    revoked.values().removeIf(end -> isOver(end, seconds));
    expelled.values().removeIf(expulsion -> isOver(expulsion.end(), seconds));
  }

  private boolean isOver(long end, long now) {
    if (end + 2 * skew.toSeconds() >= now) {
      return false;
    }
    floor = Math.max(floor, end);
    return true;
  }

  private void save() throws IOException {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    text.append("since ").append(since).append('\n');
    text.append("floor ").append(floor).append('\n');
    text.append("before ").append(issuedBefore).append('\n');
    keys.values().forEach(key -> text.append("key ").append(key.format()).append('\n'));
    used.forEach(
        (id, use) ->
            text.append("used " + id + " " + use.expires() + " " + use.count()).append('\n'));
    revoked.forEach((id, end) -> text.append("revoked " + id + " " + end).append('\n'));
    expelled.forEach(
        (user, expulsion) ->
            text.append("user " + word(user) + " " + expulsion.before() + " " + expulsion.end())
                .append('\n'));
    store.save(text.append("end\n").toString());
  }

  private void read(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty()
        || !lines.get(0).equals(VERSION)
        || !lines.get(lines.size() - 1).equals("end")) {
      throw new IllegalArgumentException("it is not whole, or not of this version");
    }
    for (String line : lines.subList(1, lines.size() - 1)) {
      String[] words = line.split(" ", -1);
      switch (words[0] + " " + words.length) {
        case "since 2" -> since = Long.parseLong(words[1]);
        case "floor 2" -> floor = Long.parseLong(words[1]);
        case "before 2" -> issuedBefore = Long.parseLong(words[1]);
        case "key 2" -> {
          IssuerKey key = IssuerKey.parse(words[1]);
          keys.put(key.id(), key);
        }
        case "used 4" ->
            used.put(words[1], new Use(Long.parseLong(words[2]), Integer.parseInt(words[3])));
        case "revoked 3" -> revoked.put(words[1], Long.parseLong(words[2]));
        case "user 4" ->
            expelled.put(
                plain(words[1]), new Expulsion(Long.parseLong(words[2]), Long.parseLong(words[3])));
        default -> throw new IllegalArgumentException("it has a line that is not known");
      }
    }
  }

  /** A user's name, which may have spaces, as a word. */
  private static String word(String user) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private static String plain(String word) {
    return new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
  }
}
