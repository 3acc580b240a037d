package org.dmore.vdev.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Credential;
import org.dmore.rfb.Identity;
import org.dmore.rfb.Right;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may open a console, how often, and how long. */
class AccessControlTest {
  private static final TestIssuer ISSUER = new TestIssuer("k1", "dc1");
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final ConnectionInfo FROM =
      ConnectionInfo.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711));
  private static final byte[] CHALLENGE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final TestClock clock = new TestClock(TestIssuer.NOW.minusSeconds(60));
  private final List<String> refusals = new ArrayList<>();
  private AccessControl access;

  @BeforeEach
  void open() {
    access = access(MemoryStore.none());
    clock.advance(Duration.ofSeconds(60));
  }

  private AccessControl access(MemoryStore store) {
    AccessControl made =
        new AccessControl(
            AccessSettings.ofPassword("geheim")
                .withTokens("web1", List.of(ISSUER.key()))
                .withSkew(SKEW),
            store,
            clock);
    made.onRefusal((address, why, id) -> refusals.add(why.text() + " " + id.orElse("-")));
    return made;
  }

  private Optional<Identity> show(String token) {
    return show(access, token);
  }

  private static Optional<Identity> show(AccessControl to, String token) {
    return to.verify(token, FROM).toCompletableFuture().join();
  }

  private Optional<Identity> type(String user, String password) {
    return access.verify(user, password.toCharArray(), FROM).toCompletableFuture().join();
  }

  private Optional<Identity> answer(String password) {
    byte[] secret = password.getBytes(StandardCharsets.ISO_8859_1);
    return access.verify(CHALLENGE, VncAuthentication.response(secret, CHALLENGE), FROM);
  }

  private static String many(String id, String right) {
    return ISSUER.token(ISSUER.claims(id, right));
  }

  private static String of(String id, long uses) {
    return of(id, uses, TestIssuer.NOW);
  }

  private static String of(String id, long uses, Instant issued) {
    Map<String, Object> claims = ISSUER.claims(id, "control", issued);
    claims.put("uses", uses);
    return ISSUER.token(claims);
  }

  @ParameterizedTest
  @CsvSource({"view, VIEW", "control, VIEW CONTROL", "power, VIEW CONTROL POWER"})
  void aTokenGivesItsRightAndNoMore(String right, String rights) {
    Identity identity = show(many("token-01", right)).orElseThrow();
    assertThat(identity.rights())
        .isEqualTo(Set.of(List.of(rights.split(" ", -1)).stream().map(Right::valueOf).toArray()));
    assertThat(identity.credential()).hasValue(new Credential("token-01", TestIssuer.NOW));
    assertThat(ConsoleRight.of(identity.rights()).text()).isEqualTo(right);
  }

  @Test
  void aTokenForAnotherVmIsRefused() {
    Map<String, Object> claims = ISSUER.claims("token-01", "control");
    for (String audience :
        List.of("console:web2", "console:web11", "console:web", "console:WEB1")) {
      claims.put("aud", audience);
      assertThat(show(ISSUER.token(claims))).isEmpty();
    }
    assertThat(refusals).hasSize(4).containsOnly("token-other-vm token-01");
  }

  @Test
  void aTokenIsValidFromItsBeginningToItsEndAndClocksMayDiffer() {
    Instant begin = TestIssuer.NOW.plusSeconds(100);
    String token = ISSUER.token(ISSUER.claims("token-01", "view", begin));
    clock.advance(Duration.ofSeconds(100 - 31));
    assertThat(show(token)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(show(token)).isPresent();
    clock.advance(Duration.ofSeconds(30 + 600 + 29));
    assertThat(show(token)).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(show(token)).isEmpty();
    assertThat(refusals).containsExactly("token-not-yet-valid token-01", "token-expired token-01");
  }

  @Test
  void aTokenThatIsIssuedLaterThanItIsValidIsNotYetValid() {
    Map<String, Object> claims = ISSUER.claims("token-01", "view");
    claims.put("iat", TestIssuer.NOW.getEpochSecond() + 31);
    assertThat(show(ISSUER.token(claims))).isEmpty();
    assertThat(refusals).containsExactly("token-not-yet-valid token-01");
  }

  @Test
  void aTokenThatWouldLiveForMoreThanADayIsRefused() {
    Map<String, Object> claims = ISSUER.claims("token-01", "view");
    claims.put("exp", TestIssuer.NOW.getEpochSecond() + 24 * 3600);
    assertThat(show(ISSUER.token(claims))).isPresent();
    claims.put("exp", TestIssuer.NOW.getEpochSecond() + 24 * 3600 + 1);
    assertThat(show(ISSUER.token(claims))).isEmpty();
    assertThat(refusals).containsExactly("token-lives-too-long token-01");
  }

  @Test
  void aTokenOpensAsOftenAsItSays() {
    assertThat(show(of("token-01", 1))).isPresent();
    assertThat(show(of("token-01", 1))).isEmpty();
    for (int i = 0; i < 3; i++) {
      assertThat(type("token", of("token-03", 3))).isPresent();
    }
    assertThat(type("token", of("token-03", 3))).isEmpty();
    String many = many("token-xx", "view");
    for (int i = 0; i < 20; i++) {
      assertThat(show(many)).isPresent();
    }
    assertThat(refusals).containsExactly("token-used token-01", "token-used token-03");
  }

  /** Two loops, each with a client, many times; the token's and the password's single use. */
  @Test
  void whoeverIsFirstUsesASingleUseAndNobodyElse() throws Exception {
    ExecutorService loops = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier start = new CyclicBarrier(2);
      for (int round = 0; round < 60; round++) {
        String token = of("race-" + (1000 + round), 1);
        String password = "pass" + (1000 + round);
        access.addOneTime("otp" + round, "", password, ConsoleRight.VIEW, 1, Duration.ofMinutes(1));
        Callable<Integer> client =
            () -> {
              start.await(10, TimeUnit.SECONDS);
              int in = show(token).isPresent() ? 1 : 0;
              start.await(10, TimeUnit.SECONDS);
              return in + (answer(password).isPresent() ? 100 : 0);
            };
        Future<Integer> one = loops.submit(client);
        Future<Integer> other = loops.submit(client);
        assertThat(one.get() + other.get()).isEqualTo(101);
      }
    } finally {
      loops.shutdownNow();
    }
  }

  @Test
  void aTokenIsThePasswordOfNobodyOrOfTheUserToken() {
    String token = many("token-01", "control");
    assertThat(type("", token)).isPresent();
    assertThat(type("token", token)).isPresent();
    assertThat(type("ann", token)).isEmpty();
  }

  @Test
  void aTokenThatIsTooLongForOneFieldIsSplitBetweenTwo() {
    String token = many("token-01", "control");
    assertThat(token.length()).isGreaterThan(255);
    for (int at : new int[] {20, 100, 255, token.length() - 1}) {
      assertThat(type(token.substring(0, at), token.substring(at))).as("at=%d", at).isPresent();
    }
    assertThat(type(token.substring(0, 99), token.substring(100))).isEmpty();
  }

  @Test
  void thePasswordOpensWithEveryRightAndTheWrongOneIsTold() {
    assertThat(type("anyone", "geheim")).hasValue(Identity.full(""));
    assertThat(type("", "geheim")).hasValue(Identity.full(""));
    assertThat(answer("geheim")).hasValue(Identity.full(""));
    assertThat(type("", "geheim2")).isEmpty();
    assertThat(type("", "")).isEmpty();
    assertThat(answer("")).isEmpty();
    assertThat(refusals).hasSize(3).containsOnly("wrong-password -");
  }

  @Test
  void withoutAPasswordNobodyGuessesIt() {
    access =
        new AccessControl(
            AccessSettings.ofPassword("").withTokens("web1", List.of(ISSUER.key())),
            MemoryStore.none(),
            clock);
    assertThat(type("", "")).isEmpty();
    assertThat(answer("")).isEmpty();
    assertThat(show(many("token-01", "view"))).isPresent();
  }

  @Test
  void whereTokensAreNotTakenNoneIs() {
    access = new AccessControl(AccessSettings.ofPassword("geheim"), MemoryStore.none(), clock);
    access.onRefusal((address, why, id) -> refusals.add(why.text()));
    assertThat(show(many("token-01", "view"))).isEmpty();
    assertThat(type("token", many("token-01", "view"))).isEmpty();
    assertThat(refusals).containsExactly("tokens-off", "wrong-password");
    assertThatThrownBy(() -> access.keys(List.of(ISSUER.key())))
        .hasMessageContaining("no tokens are taken here");
  }

  @Test
  void aOneTimePasswordOpensAsOftenAsItMayAndWhileItMay() {
    access.addOneTime("otp-1", "", "s3cr3t-1", ConsoleRight.VIEW, 1, Duration.ofSeconds(60));
    access.addOneTime("otp-2", "", "s3cr3t-2", ConsoleRight.POWER, 2, Duration.ofSeconds(60));
    access.addOneTime("otp-3", "", "s3cr3t-3", ConsoleRight.CONTROL, 1, Duration.ofSeconds(60));
    Identity viewer = answer("s3cr3t-1").orElseThrow();
    assertThat(viewer.rights()).containsExactly(Right.VIEW);
    assertThat(viewer.credential()).hasValue(new Credential("otp-1", TestIssuer.NOW));
    assertThat(answer("s3cr3t-1")).isEmpty();
    assertThat(type("", "s3cr3t-2").orElseThrow().rights()).contains(Right.POWER);
    assertThat(answer("s3cr3t-2")).isPresent();
    assertThat(type("", "s3cr3t-2")).isEmpty();
    assertThat(access.oneTimePasswords()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(61));
    assertThat(answer("s3cr3t-3")).isEmpty();
    assertThat(access.oneTimePasswords()).isZero();
  }

  @Test
  void aOneTimePasswordThatCannotBeIsRefused() {
    Duration minute = Duration.ofMinutes(1);
    for (String password : List.of("short", "muchtoolong", "with bla", "umlaut\u00e4s", "")) {
      assertThatThrownBy(() -> access.addOneTime("otp", "", password, ConsoleRight.VIEW, 1, minute))
          .hasMessageContaining("8 characters")
          .hasMessageNotContaining("umlaut");
    }
    assertThatThrownBy(() -> access.addOneTime("otp", "", "12345678", ConsoleRight.VIEW, 0, minute))
        .hasMessageContaining("uses=0");
    assertThatThrownBy(
            () ->
                access.addOneTime("otp", "", "12345678", ConsoleRight.VIEW, 1, Duration.ofHours(2)))
        .hasMessageContaining("seconds=7200");
    for (int i = 0; i < 16; i++) {
      access.addOneTime("otp" + i, "", "1234567" + (char) ('a' + i), ConsoleRight.VIEW, 1, minute);
    }
    assertThatThrownBy(() -> access.addOneTime("otp", "", "12345678", ConsoleRight.VIEW, 1, minute))
        .hasMessageContaining("as many as can be kept");
  }

  @Test
  void aRevokedIdOpensNothingMore() throws Exception {
    String token = many("token-01", "control");
    Identity shown = show(token).orElseThrow();
    access.addOneTime("otp-1", "", "s3cr3t-1", ConsoleRight.VIEW, 1, Duration.ofSeconds(60));
    assertThat(access.isRevoked(shown)).isFalse();
    access.revoke("token-01", Optional.empty());
    access.revoke("otp-1", Optional.of(Duration.ofMinutes(1)));
    assertThat(access.isRevoked(shown)).isTrue();
    assertThat(show(token)).isEmpty();
    assertThat(answer("s3cr3t-1")).isEmpty();
    assertThat(show(many("token-02", "view"))).isPresent();
    assertThat(refusals).containsExactly("token-revoked token-01", "wrong-password -");
  }

  @Test
  void allThatWereIssuedBeforeATimeAreRevoked() throws Exception {
    access.addOneTime("otp-1", "", "s3cr3t-1", ConsoleRight.VIEW, 1, Duration.ofSeconds(60));
    String before = many("token-01", "view");
    clock.advance(Duration.ofSeconds(5));
    access.addOneTime("otp-2", "", "s3cr3t-2", ConsoleRight.VIEW, 1, Duration.ofSeconds(60));
    access.revokeIssuedBefore(clock.instant());
    assertThat(show(before)).isEmpty();
    assertThat(answer("s3cr3t-1")).isEmpty();
    assertThat(answer("s3cr3t-2")).isPresent();
    assertThat(show(ISSUER.token(ISSUER.claims("token-02", "view", clock.instant())))).isPresent();
    access.revokeIssuedBefore(TestIssuer.NOW.minusSeconds(1000));
    assertThat(show(before)).isEmpty();
    assertThatThrownBy(() -> access.revokeIssuedBefore(clock.instant().plusSeconds(60)))
        .hasMessageContaining("is yet to come");
  }

  @Test
  void oneUsersAreRevokedAndNobodyElses(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access");
    access = access(new FileStore(file));
    Instant begun = clock.instant();
    Duration minute = Duration.ofMinutes(1);
    access.addOneTime("otp-1", "ann b", "s3cr3t-1", ConsoleRight.VIEW, 1, minute);
    access.addOneTime("otp-2", "ann", "s3cr3t-2", ConsoleRight.VIEW, 1, minute);
    access.addOneTime("otp-3", "", "s3cr3t-3", ConsoleRight.VIEW, 1, minute);
    String before = ofUser("token-01", "ann b", begun);
    Identity shown = show(before).orElseThrow();
    assertThat(shown.name()).isEqualTo("ann b");
    clock.advance(Duration.ofSeconds(5));
    access.addOneTime("otp-4", "ann b", "s3cr3t-4", ConsoleRight.VIEW, 1, minute);
    access.revokeUser("ann b", clock.instant());
    access.revokeUser("ann b", begun); // what is revoked stays so
    assertThat(access.isRevoked(shown)).isTrue();
    assertThat(answer("s3cr3t-1")).isEmpty();
    assertThat(answer("s3cr3t-2").orElseThrow().name()).isEqualTo("ann");
    assertThat(answer("s3cr3t-3")).isPresent();
    assertThat(access.isRevoked(answer("s3cr3t-4").orElseThrow())).isFalse();
    for (AccessControl each : List.of(access, access(new FileStore(file)))) {
      assertThat(show(each, before)).isEmpty();
      assertThat(show(each, ofUser("token-02", "ann", begun))).isPresent();
      assertThat(show(each, many("token-03", "view"))).isPresent();
      assertThat(show(each, ofUser("token-04", "ann b", clock.instant()))).isPresent();
      assertThat(each.isRevoked(Identity.full("ann b"))).as("by a shared password").isFalse();
    }
    assertThatThrownBy(() -> access.revokeUser("", begun)).hasMessageContaining("user is empty");
    assertThatThrownBy(() -> access.revokeUser("a\nb", begun)).hasMessageContaining("printable");
    assertThatThrownBy(() -> access.revokeUser("ann", clock.instant().plusSeconds(60)))
        .hasMessageContaining("is yet to come");
  }

  private static String ofUser(String id, String user, Instant issued) {
    Map<String, Object> claims = ISSUER.claims(id, "view", issued);
    claims.put("sub", user);
    return ISSUER.token(claims);
  }

  @Test
  void oneIssuersKeyTakesOverFromAnother() throws Exception {
    TestIssuer next = new TestIssuer("k2", "dc1");
    String token = next.token(next.claims("token-02", "view"));
    assertThat(show(token)).isEmpty();
    access.keys(List.of(next.key()));
    assertThat(show(token)).isPresent();
    assertThat(show(many("token-01", "view"))).isPresent();
    assertThat(access.keys()).extracting(IssuerKey::id).containsExactly("k1", "k2");
    access.keys(List.of());
    assertThat(show(token)).isEmpty();
    TestIssuer impostor = new TestIssuer("k1", "dc1");
    assertThatThrownBy(() -> access.keys(List.of(impostor.key())))
        .hasMessageContaining("key-id=k1 is another key's");
    assertThat(refusals).containsOnly("token-key-unknown -");
  }

  // ---- what outlives the process

  @Test
  void aProcessThatIsKilledAndStartedAgainKnowsWhatWasUsedAndRevoked(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("access");
    TestIssuer byCommand = new TestIssuer("k2", "dc1");
    AccessControl before = access(new FileStore(file));
    clock.advance(Duration.ofSeconds(5));
    Instant issued = clock.instant();
    before.keys(List.of(byCommand.key()));
    assertThat(show(before, of("token-01", 1, issued))).isPresent();
    assertThat(show(before, of("token-02", 2, issued))).isPresent();
    before.revoke("token-03", Optional.empty());
    before.revokeIssuedBefore(issued);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    access = access(new FileStore(file));
    assertThat(access.hasFormerMemory()).isTrue();
    assertThat(show(of("token-01", 1, issued))).isEmpty();
    assertThat(show(of("token-02", 2, issued))).isPresent();
    assertThat(show(of("token-02", 2, issued))).isEmpty();
    assertThat(show(ISSUER.token(ISSUER.claims("token-03", "view", issued)))).isEmpty();
    assertThat(show(many("token-04", "view"))).isEmpty();
    assertThat(show(byCommand.token(byCommand.claims("token-05", "view", issued)))).isPresent();
    assertThat(refusals)
        .containsExactly(
            "token-used token-01",
            "token-used token-02",
            "token-revoked token-03",
            "token-revoked token-04");
  }

  @Test
  void aProcessThatKnowsNothingTrustsNoSingleUseThatMayHaveBeen() {
    assertThat(show(of("token-01", 1))).isPresent();
    access = access(MemoryStore.none()); // in the same second, too
    assertThat(show(of("token-01", 1))).isEmpty();
    assertThat(show(of("token-02", 1))).isEmpty();
    assertThat(show(many("token-03", "view"))).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(show(of("token-04", 1, clock.instant()))).isPresent();
    assertThat(refusals)
        .containsExactly("token-older-than-memory token-01", "token-older-than-memory token-02");
  }

  @Test
  void aMemoryThatIsDamagedIsNone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access");
    assertThat(show(access(new FileStore(file)), of("token-00", 1))).isEmpty();
    AccessControl first = access(new FileStore(file));
    clock.advance(Duration.ofSeconds(1));
    Instant issued = clock.instant();
    assertThat(show(first, of("token-01", 1, issued))).isPresent();
    String whole = Files.readString(file);
    for (String damaged :
        List.of("", whole.substring(0, whole.length() - 4), whole.replace("used", "abused"))) {
      Files.writeString(file, damaged);
      access = access(new FileStore(file));
      assertThat(access.hasFormerMemory()).isFalse();
      assertThat(show(of("token-01", 1, issued))).isEmpty();
    }
  }

  @Test
  void aUseThatCannotBeKeptIsNone() {
    boolean[] full = {true};
    access =
        access(
            new MemoryStore() {
              @Override
              public Optional<String> load() {
                return Optional.empty();
              }

              @Override
              public void save(String text) throws IOException {
                if (full[0]) {
                  throw new IOException("no space left");
                }
              }
            });
    clock.advance(Duration.ofSeconds(1));
    String token = of("token-01", 1, clock.instant());
    assertThat(show(token)).isEmpty();
    assertThat(refusals).containsExactly("uses-cannot-be-kept token-01");
    full[0] = false;
    assertThat(show(token)).isPresent();
    assertThat(show(token)).isEmpty();
  }

  @Test
  void aClockThatIsSetBackBringsNoUsedTokenToLife() {
    String token = of("token-01", 1);
    assertThat(show(token)).isPresent();
    clock.advance(Duration.ofHours(2));
    assertThat(show(of("token-02", 1, clock.instant()))).isPresent(); // the first is forgotten
    clock.advance(Duration.ofHours(-2));
    assertThat(show(token)).isEmpty();
    assertThat(refusals).containsExactly("token-expired token-01");
  }

  @Test
  void moreUsesThanCanBeKeptAreRefusedUntilSomeAreOver() throws Exception {
    Instant now = TestIssuer.NOW;
    AccessMemory memory = new AccessMemory(MemoryStore.none(), SKEW, now);
    for (int i = 0; i < AccessMemory.MAX_IDS; i++) {
      assertThat(memory.use("many-" + i, 1, now.plusSeconds(600), now)).isTrue();
      memory.revoke("gone-" + i, now.plusSeconds(600), now);
    }
    assertThatThrownBy(() -> memory.use("one-more", 1, now.plusSeconds(600), now))
        .hasMessageContaining("tokens in use=1024");
    assertThatThrownBy(() -> memory.revoke("one-more", now.plusSeconds(600), now))
        .hasMessageContaining("revoke all that are older");
    assertThat(memory.use("many-5", 1, now.plusSeconds(600), now)).isFalse();
    Instant later = now.plusSeconds(600 + 61);
    assertThat(memory.use("one-more", 1, later.plusSeconds(600), later)).isTrue();
    memory.revoke("one-more", later.plusSeconds(600), later);
    for (int i = 0; i < AccessMemory.MAX_IDS; i++) {
      memory.revokeUser("user " + i, later, later.plusSeconds(600), later);
    }
    assertThatThrownBy(() -> memory.revokeUser("more", later, later.plusSeconds(600), later))
        .hasMessageContaining("users with revoked tokens=1024");
    Instant last = later.plusSeconds(600 + 61);
    memory.revokeUser("more", last, last.plusSeconds(600), last);
    assertThat(memory.isRevoked("id", "user 1", now)).as("over, and forgotten").isFalse();
    assertThat(memory.isForgotten(later.plusSeconds(600))).as("and taken no more").isTrue();
  }
}
