package org.dmore.vdev.audit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.dmore.rfb.Client;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Credential;
import org.dmore.rfb.Identity;
import org.dmore.rfb.Right;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.ServerMetrics;

/**
 * The audit of one console. Each method with a name of the past tells one event; the README has
 * what stands in each line. No key, no clipboard, no pasted text, no secret and no token but its id
 * is ever in it.
 *
 * <p>Lines are numbered. A number that is missing was lost, since the sink had no room; a {@code
 * lost} line tells how many as soon as there is some.
 *
 * <p>Thread-safe; never blocks.
 */
public final class Audit implements ServerListener {
  private final AuditSink sink;
  private final String vm;
  private final Clock clock;
  private final LongSupplier nanoClock;
  private final StrangerLimit limit = new StrangerLimit();

  /** Strangers whose coming was left out: so is their leaving. */
  private final Set<Long> hidden = new HashSet<>();

  private long number;
  private long lost;
  private long controller;

  /**
   * Makes an audit.
   *
   * @param vm the VM's name, in each line
   * @param clock tells the time of day
   * @param nanoClock {@link System#nanoTime}
   */
  public Audit(AuditSink sink, String vm, Clock clock, LongSupplier nanoClock) {
    this.sink = sink;
    this.vm = vm;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /** Writes nothing. */
  public static Audit none() {
    return new Audit(AuditSink.none(), "", Clock.systemUTC(), System::nanoTime);
  }

  // ---- the console

  /**
   * consoled has begun.
   *
   * @param memory whether it knows what a former process knew of tokens
   */
  public synchronized void started(boolean memory) {
    put(line("started").truth("memory", memory));
  }

  /** consoled ends in order. */
  public synchronized void stopped() {
    sweep();
    put(line("stopped"));
  }

  /** A step of a move: {@code hold}, {@code detach}, {@code attach}... */
  public synchronized void moved(String step) {
    put(line("move").text("step", step));
  }

  /** A text is being typed as keys. */
  public synchronized void pasted(int characters) {
    put(line("paste").number("characters", characters));
  }

  /** A paste has ended. */
  public synchronized void pasteEnded(String how, int typed) {
    put(line("paste-end").text("how", how).number("typed", typed));
  }

  // ---- credentials

  /** A token or a password did not let in. */
  public synchronized void refused(
      SocketAddress address, String reason, Optional<String> credential) {
    if (allows(address)) {
      put(
          line("refused")
              .peer(address)
              .text("why", "authentication")
              .text("reason", reason)
              .known("credential", credential.orElse("")));
    }
  }

  /** Dom0 handed a one-time password over. */
  public synchronized void oneTimeAdded(String id, String right, int uses, Duration time) {
    put(
        line("one-time")
            .text("credential", id)
            .text("right", right)
            .number("uses", uses)
            .number("seconds", time.toSeconds()));
  }

  /** Dom0 said which issuers' keys are good. */
  public synchronized void keysSet(Collection<String> ids) {
    put(line("issuer-keys").text("keys", String.join(" ", ids)));
  }

  /**
   * Dom0 revoked a credential.
   *
   * @param sessions that were ended by it
   */
  public synchronized void revoked(String credential, int sessions) {
    put(line("revoked").text("credential", credential).number("sessions", sessions));
  }

  /** Dom0 revoked all credentials that were issued before, in seconds since 1970. */
  public synchronized void revokedBefore(long time, int sessions) {
    put(line("revoked").number("before", time).number("sessions", sessions));
  }

  /** Dom0 revoked all of a user's credentials that were issued before, in seconds since 1970. */
  public synchronized void revokedUser(String user, long before, int sessions) {
    put(line("revoked").text("user", user).number("before", before).number("sessions", sessions));
  }

  // ---- viewers

  @Override
  public synchronized void connected(ClientInfo client) {
    if (allows(client.address())) {
      put(
          line("connect")
              .number("client", client.id())
              .peer(client.address())
              .text("transport", client.transport()));
    } else {
      hidden.add(client.id());
    }
  }

  @Override
  public synchronized void refused(
      SocketAddress address, ServerMetrics.Refusal why, String reason) {
    // Who decides on passwords and tokens tells why itself, and of which.
    if (why != ServerMetrics.Refusal.AUTHENTICATION && allows(address)) {
      put(line("refused").peer(address).text("why", words(why)).text("reason", reason));
    }
  }

  @Override
  public synchronized void entered(ClientInfo client) {
    hidden.remove(client.id());
    put(
        who(line("granted"), client.id(), client.address(), client.identity())
            .text("right", right(client.identity()))
            .text("transport", client.transport())
            .text("security", client.security()));
  }

  @Override
  public synchronized void controlled(ClientInfo client) {
    AuditLine line = who(line("control"), client.id(), client.address(), client.identity());
    put(controller == 0 ? line : line.number("from", controller));
    controller = client.id();
  }

  @Override
  public synchronized void left(ClientInfo client, boolean entered, String reason, Duration time) {
    if (controller == client.id()) {
      controller = 0;
    }
    boolean shown = !hidden.remove(client.id());
    if (entered || (shown && allows(client.address()))) {
      put(
          who(line("disconnect"), client.id(), client.address(), client.identity())
              .truth("granted", entered)
              .text("reason", reason)
              .number("millis", time.toMillis())
              .number("received", client.bytesReceived())
              .number("sent", client.bytesSent()));
    }
  }

  @Override
  public synchronized void power(Client client, String action, String result) {
    put(
        who(line("power"), client.id(), client.address(), client.identity())
            .text("action", action.toLowerCase(Locale.ROOT))
            .text("result", result));
  }

  @Override
  public synchronized void clipboard(
      Client client, Direction direction, int transfers, long length) {
    put(
        who(line("clipboard"), client.id(), client.address(), client.identity())
            .text("direction", words(direction))
            .number("transfers", transfers)
            .number("length", length));
  }

  // ----

  /** To be called now and then: tells what was left out. */
  public synchronized void sweep() {
    for (StrangerLimit.Suppressed left : limit.sweep(nanoClock.getAsLong())) {
      put(line("suppressed").text("address", left.address()).number("lines", left.lines()));
    }
  }

  private boolean allows(SocketAddress address) {
    sweep();
    return limit.allows(key(address), nanoClock.getAsLong());
  }

  /** An IPv6 client is known by its /64, since it may take any address within. */
  private static String key(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return "unknown";
    }
    byte[] bytes = inet.getAddress().getAddress();
    if (bytes.length <= 8) {
      return inet.getAddress().getHostAddress();
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(bytes, 8), 16)).getHostAddress()
          + "/64";
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  private static AuditLine who(AuditLine line, long id, SocketAddress address, Identity identity) {
    return line.number("client", id)
        .peer(address)
        .known("user", identity.name())
        .known("credential", identity.credential().map(Credential::id).orElse(""));
  }

  private static String right(Identity identity) {
    if (identity.may(Right.POWER)) {
      return "power";
    }
    return identity.may(Right.CONTROL) ? "control" : "view";
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private AuditLine line(String event) {
    if (lost > 0) {
      if (sink.write(newLine("lost").number("lines", lost).end())) {
        lost = 0;
      } else {
        number--; // it was none of those that are missing
      }
    }
    return newLine(event);
  }

  private AuditLine newLine(String event) {
    number++;
    return new AuditLine(clock.instant(), number, vm, event);
  }

  private void put(AuditLine line) {
    if (!sink.write(line.end())) {
      lost++;
    }
  }
}
