package org.dmore.vdev.access;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dmore.rfb.Credential;
import org.dmore.rfb.Identity;
import org.dmore.rfb.security.ChallengeVerifier;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.PasswordVerifier;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.rfb.web.TokenVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may open one console, by whatever a viewer has to show it with:
 *
 * <table>
 * <caption>Ways in</caption>
 * <tr><td>VNC Authentication</td><td>the console's password, a one-time password</td></tr>
 * <tr><td>VeNCrypt Plain, RSA-AES</td><td>the same, or a token as the password; the name is then
 * empty or {@value #TOKEN_USER}. RSA-AES has room for 255 characters in each: a longer token is split
 * between the two</td></tr>
 * <tr><td>a browser</td><td>a token in the page's address, or any of the above at its prompt</td></tr>
 * </table>
 *
 * <p>All of it is in this process's memory and goes where DomR goes. What outlives the process is
 * {@link AccessMemory}'s.
 *
 * <p>Thread-safe: a token of a single use opens the console once, on however many loops it is
 * shown.
 */
public final class AccessControl implements PasswordVerifier, ChallengeVerifier, TokenVerifier {
  /** The user's name under which a token is the password. */
  public static final String TOKEN_USER = "token";

  /** A token that lives longer is refused: what is kept of it would have to be kept as long. */
  public static final Duration MAX_LIFETIME = Duration.ofHours(24);

  /** The longest life of a one-time password. */
  public static final Duration MAX_ONE_TIME = Duration.ofHours(1);

  private static final int MAX_ONE_TIME_USES = 100;
  private static final int MAX_KEYS = 8;

  /** The signature alone has 86 characters. */
  private static final int MIN_TOKEN = 100;

  private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);

  /** Hears why somebody was not let in. */
  @FunctionalInterface
  public interface RefusalListener {
    /**
     * Called by the thread that decided; must not block.
     *
     * @param id of the token, if it is known to be its issuer's
     */
    void refused(SocketAddress address, Refusal why, Optional<String> id);
  }

  private final AccessSettings settings;
  private final Clock clock;
  private final TokenReader reader = new TokenReader();
  private final OneTimePasswords oneTime = new OneTimePasswords();
  private final AccessMemory memory;
  private volatile RefusalListener refusals = (address, why, id) -> {};

  /**
   * Takes up what was kept, or begins.
   *
   * @param clock tells the time of day
   */
  public AccessControl(AccessSettings settings, MemoryStore store, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.memory = new AccessMemory(store, settings.skew(), clock.instant());
  }

  /** A password, and no tokens; an empty one lets nobody in. */
  public static AccessControl ofPassword(String password) {
    return new AccessControl(
        AccessSettings.ofPassword(password), MemoryStore.none(), Clock.systemUTC());
  }

  /** What was set beforehand. */
  public AccessSettings settings() {
    return settings;
  }

  /** Whether what a former process knew of uses and revocations is known. */
  public boolean hasFormerMemory() {
    return memory.isKept();
  }

  /** Says who hears of refusals. */
  public void onRefusal(RefusalListener listener) {
    refusals = listener;
  }

  @Override
  public CompletionStage<Optional<Identity>> verify(
      String user, char[] password, ConnectionInfo from) {
    Optional<String> token = token(user, password);
    return CompletableFuture.completedStage(
        token.isPresent() ? byToken(token.get(), from) : byPassword(password, from));
  }

  @Override
  public CompletionStage<Optional<Identity>> verify(String token, ConnectionInfo from) {
    return CompletableFuture.completedStage(byToken(token, from));
  }

  @Override
  public Optional<Identity> verify(byte[] challenge, byte[] response, ConnectionInfo from) {
    byte[] own = settings.password().getBytes(StandardCharsets.ISO_8859_1);
    boolean shared =
        MessageDigest.isEqual(VncAuthentication.response(own, challenge), response)
            && own.length > 0;
    Optional<OneTimePasswords.Pass> match;
    synchronized (this) {
      match = shared ? Optional.empty() : oneTime.byResponse(challenge, response, clock.instant());
    }
    return decided(shared, match, from);
  }

  /**
   * Adds a password for a viewer.
   *
   * @param id by which it is revoked, and audits know it
   * @param user for whom, as a token's; empty if nobody said
   * @param password 8 characters of printable ASCII without spaces
   * @param uses how often, 1 to 100
   * @param time for how long, at most {@link #MAX_ONE_TIME}
   * @throws IllegalArgumentException naming what is wrong
   * @throws IllegalStateException if there are as many as may be
   */
  public synchronized void addOneTime(
      String id, String user, String password, ConsoleRight right, int uses, Duration time) {
    checkUser(user);
    if (uses < 1 || uses > MAX_ONE_TIME_USES) {
      throw new IllegalArgumentException("uses=" + uses + " is not in 1.." + MAX_ONE_TIME_USES);
    }
    if (time.isNegative() || time.isZero() || time.compareTo(MAX_ONE_TIME) > 0) {
      throw new IllegalArgumentException(
          "seconds=" + time.toSeconds() + " is not in 1.." + MAX_ONE_TIME.toSeconds());
    }
    Instant now = clock.instant();
    OneTimePasswords.Pass pass = new OneTimePasswords.Pass(new Credential(id, now), user, right);
    oneTime.add(pass, password, uses, now.plus(time), now);
  }

  /** One-time passwords that wait to be used. */
  public synchronized int oneTimePasswords() {
    return oneTime.count(clock.instant());
  }

  /**
   * Puts issuers' keys in the place of those that came this way before; those of the settings stay.
   *
   * @throws IllegalArgumentException if they are too many, an id stands twice or is the settings',
   *     or no tokens are taken here
   * @throws IOException if they cannot be kept for the next process; this one has them
   */
  public synchronized void keys(Collection<IssuerKey> keys) throws IOException {
    if (!settings.tokens()) {
      throw new IllegalArgumentException("no tokens are taken here: dmore.tokens is not set");
    }
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException("keys=" + keys.size() + " are more than " + MAX_KEYS);
    }
    if (keys.stream().map(IssuerKey::id).distinct().count() != keys.size()) {
      throw new IllegalArgumentException("a key-id stands twice");
    }
    for (IssuerKey key : keys) {
      if (fixedKey(key.id()).filter(fixed -> !fixed.equals(key)).isPresent()) {
        throw new IllegalArgumentException(
            "key-id=" + key.id() + " is another key's, which the settings name");
      }
    }
    memory.keys(keys);
  }

  /** All keys whose tokens are taken. */
  public synchronized List<IssuerKey> keys() {
    return java.util.stream.Stream.concat(settings.keys().stream(), memory.keys().stream())
        .distinct()
        .toList();
  }

  /**
   * Revokes a token or a one-time password.
   *
   * @param time when it is over anyway, from now; the longest life of any if not given
   * @throws IOException if it is revoked and cannot be kept for the next process, or there is no
   *     room
   */
  public synchronized void revoke(String id, Optional<Duration> time) throws IOException {
    Instant now = clock.instant();
    int unused = oneTime.revoke(pass -> pass.credential().id().equals(id));
    Duration longest = time.filter(t -> t.compareTo(MAX_LIFETIME) < 0).orElse(MAX_LIFETIME);
    // Its issuer's clock may be ahead.
    memory.revoke(id, now.plus(longest).plus(settings.skew()), now);
  }

  /**
   * Revokes all that were issued before, in whole seconds. It cannot be taken back.
   *
   * @throws IllegalArgumentException if that is a time to come: what is not issued yet is not
   *     revoked by mistake
   * @throws IOException if they are revoked and it cannot be kept for the next process
   */
  public synchronized void revokeIssuedBefore(Instant time) throws IOException {
    checkPast(time);
    int unused = oneTime.revoke(pass -> isIssuedBefore(pass, time));
    memory.revokeIssuedBefore(time);
  }

  /**
   * Revokes all of one user's that were issued before, in whole seconds.
   *
   * @param user for whom they were issued; not empty, since what was issued for nobody by name
   *     cannot be told from what others have
   * @throws IllegalArgumentException if it is no user's name, or the time is yet to come
   * @throws IOException if they are revoked and it cannot be kept for the next process, or there is
   *     no room
   */
  public synchronized void revokeUser(String user, Instant before) throws IOException {
    checkUser(user);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user is empty: revoke by id, or all that are older");
    }
    checkPast(before);
    int unused = oneTime.revoke(pass -> pass.user().equals(user) && isIssuedBefore(pass, before));
    memory.revokeUser(user, before, before.plus(MAX_LIFETIME), clock.instant());
  }

  /** Whether what let somebody in has been revoked since; not so of a password that all have. */
  public synchronized boolean isRevoked(Identity identity) {
    return identity
        .credential()
        .filter(one -> memory.isRevoked(one.id(), identity.name(), one.issued()))
        .isPresent();
  }

  private void checkPast(Instant time) {
    if (time.isAfter(clock.instant().plusSeconds(1).plus(settings.skew()))) {
      throw new IllegalArgumentException("before=" + time.getEpochSecond() + " is yet to come");
    }
  }

  private static void checkUser(String user) {
    if (!TokenReader.isUser(user)) {
      throw new IllegalArgumentException("user is not at most 64 printable characters");
    }
  }

  private static boolean isIssuedBefore(OneTimePasswords.Pass pass, Instant time) {
    return pass.credential().issued().getEpochSecond() < time.getEpochSecond();
  }

  private Optional<String> token(String user, char[] password) {
    boolean alone = user.isEmpty() || user.equals(TOKEN_USER);
    int length = password.length + (alone ? 0 : user.length());
    if (!settings.tokens() || length < MIN_TOKEN) {
      return Optional.empty();
    }
    String whole = alone ? new String(password) : user + new String(password);
    // A token's header begins a JSON object; what is split begins in the name.
    boolean looksLikeOne =
        whole.startsWith("ey") && whole.chars().filter(c -> c == '.').count() == 2;
    return looksLikeOne ? Optional.of(whole) : Optional.empty();
  }

  private Optional<Identity> byPassword(char[] password, ConnectionInfo from) {
    byte[] own = settings.password().getBytes(StandardCharsets.UTF_8);
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] said = new byte[encoded.remaining()];
    encoded.get(said);
    encoded.clear();
    encoded.put(new byte[encoded.remaining()]);
    try {
      boolean shared = MessageDigest.isEqual(own, said) && own.length > 0;
      Optional<OneTimePasswords.Pass> match;
      synchronized (this) {
        match = shared ? Optional.empty() : oneTime.byText(said, clock.instant());
      }
      return decided(shared, match, from);
    } finally {
      Arrays.fill(said, (byte) 0);
    }
  }

  private Optional<Identity> decided(
      boolean shared, Optional<OneTimePasswords.Pass> match, ConnectionInfo from) {
    if (shared) {
      return Optional.of(Identity.full(""));
    }
    if (match.isEmpty()) {
      refusals.refused(from.address(), Refusal.PASSWORD, Optional.empty());
    }
    return match.map(
        one -> new Identity(one.user(), one.right().rights(), Optional.of(one.credential())));
  }

  private Optional<Identity> byToken(String text, ConnectionInfo from) {
    try {
      ConsoleToken token = admit(text);
      Credential credential = new Credential(token.id(), token.issued());
      return Optional.of(
          new Identity(token.user(), token.right().rights(), Optional.of(credential)));
    } catch (RefusedException e) {
      refusals.refused(from.address(), e.refusal(), e.id());
      return Optional.empty();
    }
  }

  private ConsoleToken admit(String text) throws RefusedException {
    if (!settings.tokens()) {
      throw new RefusedException(Refusal.TOKENS_OFF, Optional.empty());
    }
    ConsoleToken token = reader.read(text, this::key);
    synchronized (this) {
      Optional<Refusal> refusal = refusal(token, clock.instant());
      if (refusal.isPresent()) {
        throw new RefusedException(refusal.get(), Optional.of(token.id()));
      }
    }
    return token;
  }

  /** Why a token that is its issuer's does not let in; if it does, its use counts. */
  private Optional<Refusal> refusal(ConsoleToken token, Instant now) {
    Duration skew = settings.skew();
    if (!token.vm().equals(settings.vm())) {
      return Optional.of(Refusal.VM);
    }
    if (token.expires().isAfter(token.issued().plus(MAX_LIFETIME))
        || token.expires().isAfter(token.notBefore().plus(MAX_LIFETIME))) {
      return Optional.of(Refusal.LIFETIME);
    }
    if (!token.expires().plus(skew).isAfter(now) || memory.isForgotten(token.expires())) {
      return Optional.of(Refusal.EXPIRED);
    }
    if (token.notBefore().minus(skew).isAfter(now) || token.issued().minus(skew).isAfter(now)) {
      return Optional.of(Refusal.NOT_YET);
    }
    if (memory.isRevoked(token.id(), token.user(), token.issued())) {
      return Optional.of(Refusal.REVOKED);
    }
    if (token.uses().isEmpty()) {
      return Optional.empty();
    }
    if (memory.isBefore(token.issued())) {
      return Optional.of(Refusal.BEFORE_MEMORY);
    }
    try {
      boolean left = memory.use(token.id(), token.uses().getAsInt(), token.expires(), now);
      return left ? Optional.empty() : Optional.of(Refusal.USED);
    } catch (IOException e) {
      LOG.error("a token of limited use is refused: {}", e.getMessage());
      return Optional.of(Refusal.MEMORY);
    }
  }

  private synchronized Optional<IssuerKey> key(String id) {
    return fixedKey(id).or(() -> memory.key(id));
  }

  private Optional<IssuerKey> fixedKey(String id) {
    return settings.keys().stream().filter(key -> key.id().equals(id)).findFirst();
  }
}
