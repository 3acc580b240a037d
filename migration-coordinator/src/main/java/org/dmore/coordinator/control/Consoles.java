package org.dmore.coordinator.control;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.coordinator.token.IssuedToken;
import org.dmore.coordinator.token.OneTimePassword;
import org.dmore.coordinator.token.TokenIssuer;
import org.dmore.coordinator.token.TokenRequest;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ways into the consoles of this host's pairs, and their VMs' power. A console that moves is left
 * alone: it takes one command at a time, and those are its move's. Thread-safe.
 */
final class Consoles {
  private static final Logger LOG = LoggerFactory.getLogger(Consoles.class);
  private static final int MAX_ONE_TIME_USES = 100;
  private static final String KEYS = "keys";

  private final MoveContext context;
  private final PairRegistry pairs;
  private final PairLocks locks;
  private final Optional<TokenIssuer> issuer;
  private final SecureRandom random = new SecureRandom();

  /** By pair and guest, with which start its consoled was told the issuer. */
  private final Map<String, Optional<String>> introduced = new ConcurrentHashMap<>();

  Consoles(MoveContext context, PairRegistry pairs, PairLocks locks, Optional<TokenIssuer> issuer) {
    this.context = context;
    this.pairs = pairs;
    this.locks = locks;
    this.issuer = issuer;
  }

  ConsoleAccess open(ConsoleRequest request) throws IOException {
    PairRecord pair = context.directory().pair(request.pair());
    if (pair.console().isEmpty()) {
      throw new ControlException(
          Reason.CONFLICT, "pair=" + pair.name() + " has no console address: define it with one");
    }
    String guest = guest(pair, request.guest());
    ConsoleAccess access =
        request.kind() == ConsoleRequest.Kind.PASSWORD
            ? password(pair, guest, request)
            : token(pair, guest, request);
    context
        .auditor()
        .tell(
            "console-access",
            "pair",
            pair.name(),
            "vm",
            guest,
            "kind",
            request.kind().name(),
            "right",
            request.right().text(),
            "id",
            access.id(),
            "user",
            request.user(),
            "expires",
            access.expires().toString());
    return access;
  }

  /** A user VM of a pair's: the first, unless another is named. */
  private static String guest(PairRecord pair, Optional<String> wanted) throws ControlException {
    String guest = wanted.orElse(pair.domU());
    if (!pair.guests().contains(guest)) {
      throw RequestRules.invalid(
          "guest=%s is not of pair=%s, which has %s"
              .formatted(guest, pair.name(), String.join(", ", pair.guests())));
    }
    return guest;
  }

  /** Takes back what {@code id} opens, or all that was issued {@code before} a time, or to one. */
  void revoke(String name, Map<String, String> which) throws IOException {
    PairRecord pair = context.directory().pair(name);
    Map<String, String> arguments = which(which);
    long sessions = 0;
    for (String guest : pair.guests()) { // whose console it was is not known
      sessions += command(pair, guest, ControlMessage.REVOKE, arguments).number("sessions");
    }
    context
        .auditor()
        .tell(
            "console-revoked",
            "pair",
            name,
            "which",
            which.toString(),
            "sessions",
            Long.toString(sessions));
  }

  void power(String name, Optional<String> wanted, PowerAction action)
      throws IOException, InterruptedException {
    PairRecord pair = locks.holding(name, context.settings().answer(), () -> still(name));
    String guest = guest(pair, wanted);
    // Not under the lock: a clean shutdown takes as long as the guest does.
    context.auditor().tell("power", "pair", name, "vm", guest, "action", action.name());
    try {
      context.local().power().perform(guest, action);
    } catch (IOException e) {
      context
          .auditor()
          .tell("power-failed", "pair", name, "action", action.name(), "why", e.toString());
      throw e;
    }
  }

  /**
   * Tells the issuer to every console that began since it was last told: what it was told before
   * may have been only in its memory, and tokens that are out are to open it still.
   */
  void introduceAnew() throws IOException {
    if (issuer.isEmpty()) {
      return;
    }
    for (PairRecord pair : context.inventory().pairs().all()) {
      if (!context.directory().isLocal(pair.host())) {
        // what becomes of it there is not seen from here
        pair.guests().forEach(guest -> introduced.remove(place(pair, guest)));
        continue;
      }
      try {
        boolean unused =
            locks.holding(
                pair.name(),
                Duration.ZERO,
                () -> {
                  boolean told = false;
                  for (String guest : pair.guests()) {
                    told |= introduceAnew(pair, guest);
                  }
                  return told;
                });
      } catch (IOException e) {
        LOG.debug("pair={} is told later who issues tokens: {}", pair.name(), e.getMessage());
      }
    }
  }

  private static String place(PairRecord pair, String guest) {
    return pair.name() + "/" + guest;
  }

  private boolean introduceAnew(PairRecord pair, String guest) throws IOException {
    Optional<DomainId> domR = context.local().find(pair.domR());
    if (domR.isEmpty()) {
      return false;
    }
    ConsoleId console = pair.pair().console(domR.get(), guest);
    Optional<String> started = context.local().agent().notes(console).started();
    if (started.equals(introduced.get(place(pair, guest)))) {
      return false;
    }
    pairs.checkStill(pair.name()); // asks the store, which nothing before did
    // One that does not answer is told when a token is asked for.
    introduced.put(place(pair, guest), started);
    introduce(pair, guest, issuer.get());
    return true;
  }

  private ConsoleAccess password(PairRecord pair, String guest, ConsoleRequest request)
      throws IOException {
    int uses = request.uses().orElse(1);
    if (uses < 1 || uses > MAX_ONE_TIME_USES) {
      throw RequestRules.invalid("uses=" + uses + " is not in 1.." + MAX_ONE_TIME_USES);
    }
    long seconds = request.lifetime().toSeconds();
    if (seconds < 1 || request.lifetime().compareTo(AccessControl.MAX_ONE_TIME) > 0) {
      throw RequestRules.invalid(
          "lifetime=%ds is not in 1..%ds for a password"
              .formatted(seconds, AccessControl.MAX_ONE_TIME.toSeconds()));
    }
    String password = OneTimePassword.random(random);
    String id = "otp-" + Long.toHexString(random.nextLong());
    Instant expires = context.clock().instant().plus(Duration.ofSeconds(seconds));
    ControlMessage unused =
        command(
            pair,
            guest,
            ControlMessage.ONE_TIME,
            Map.of(
                "id",
                id,
                ControlMessage.PASSWORD,
                password,
                "right",
                request.right().text(),
                "uses",
                Integer.toString(uses),
                "seconds",
                Long.toString(seconds),
                "user",
                request.user()));
    return new ConsoleAccess(
        pair.consoleOf(guest), ConsoleRequest.Kind.PASSWORD, password, id, expires);
  }

  private ConsoleAccess token(PairRecord pair, String guest, ConsoleRequest request)
      throws IOException {
    TokenIssuer signer =
        issuer.orElseThrow(
            () ->
                new ControlException(
                    Reason.CONFLICT,
                    "host=%s has no issuer's key: ask for a password, or give hostd a key"
                        .formatted(context.local().name())));
    TokenRequest wanted;
    try {
      wanted =
          new TokenRequest(
              guest, request.right(), request.lifetime(), request.uses(), request.user());
    } catch (IllegalArgumentException e) {
      throw RequestRules.invalid(e.getMessage());
    }
    introduce(pair, guest, signer);
    IssuedToken token = signer.issue(wanted);
    return new ConsoleAccess(
        pair.consoleOf(guest),
        ConsoleRequest.Kind.TOKEN,
        token.text(),
        token.id(),
        token.expires());
  }

  /** Makes sure that the console knows the issuer: one that was started anew may not. */
  private void introduce(PairRecord pair, String guest, TokenIssuer signer) throws IOException {
    ControlMessage known = command(pair, guest, ControlMessage.TOKEN_KEYS, Map.of());
    List<String> ids = Arrays.asList(known.text(KEYS).split(",", -1));
    if (!ids.contains(signer.publicKey().id())) {
      ControlMessage unused =
          command(
              pair, guest, ControlMessage.TOKEN_KEYS, Map.of(KEYS, signer.publicKey().format()));
    }
  }

  private PairRecord still(String name) throws IOException {
    pairs.checkStill(name);
    return context.directory().pair(name);
  }

  private ControlMessage command(
      PairRecord pair, String guest, String verb, Map<String, String> arguments)
      throws IOException {
    return locks.holding(
        pair.name(),
        context.settings().answer(),
        () -> {
          pairs.checkStill(pair.name());
          return send(pair, guest, verb, arguments);
        });
  }

  private ControlMessage send(
      PairRecord pair, String guest, String verb, Map<String, String> arguments)
      throws IOException {
    DomainId domR =
        context
            .local()
            .find(pair.domR())
            .orElseThrow(
                () ->
                    new ControlException(
                        Reason.CONFLICT,
                        "vm=%s is not on host=%s: does it run?"
                            .formatted(pair.domR(), context.local().name())));
    try {
      ConsoleId console = pair.pair().console(domR, guest);
      return context.local().agent().command(console, verb, arguments, context.settings().answer());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlException(Reason.UNAVAILABLE, "hostd is about to end", e);
    }
  }

  /** As consoled is told it, by this host's clock, as tokens are issued by it. */
  private Map<String, String> which(Map<String, String> which) throws ControlException {
    if (which.size() == 1 && which.containsKey("id")) {
      return Map.of("id", RequestRules.name("id", which.get("id")));
    }
    if (which.size() == 1 && which.containsKey("before")) {
      return Map.of("before", seconds(which.get("before")));
    }
    if (which.containsKey("user") && Set.of("user", "before").containsAll(which.keySet())) {
      String before = which.getOrDefault("before", context.clock().instant().toString());
      return Map.of("user", user(which.get("user")), "before", seconds(before));
    }
    throw RequestRules.invalid(
        "what is to be revoked must be id=ID, user=NAME, before=TIME, or user=NAME and"
            + " before=TIME, and is "
            + new TreeSet<>(which.keySet()));
  }

  private static String user(String name) throws ControlException {
    if (name.isBlank()) {
      throw RequestRules.invalid(
          "user is blank: what was issued for nobody by name is revoked by id or before");
    }
    return name;
  }

  /** In whole seconds since 1970; those of that very second are before its end. */
  private static String seconds(String time) throws ControlException {
    try {
      return Long.toString(Instant.parse(time).plusNanos(999_999_999).getEpochSecond());
    } catch (java.time.format.DateTimeParseException e) {
      throw RequestRules.invalid("before=" + time + " must be as 2026-11-28T12:00:00Z");
    }
  }
}
