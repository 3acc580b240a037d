package org.dmore.vdev.service;

import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Credential;
import org.dmore.rfb.Identity;
import org.dmore.rfb.RfbServer;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.vdev.access.IssuerKey;
import org.dmore.vdev.audit.Audit;

/** Who is on the console and who may come, by commands. Confined to the console's event loop. */
final class AccessCommands {
  /** Bytes of an answer that lists sessions: xenstored lets a domain have 2048 in a node. */
  private static final int MAX_LIST = 1500;

  private final AccessControl access;
  private final Audit audit;
  private final EventExecutor loop;
  private final java.util.function.Supplier<RfbServer> server;

  AccessCommands(
      AccessControl access,
      Audit audit,
      EventExecutor loop,
      java.util.function.Supplier<RfbServer> server) {
    this.access = access;
    this.audit = audit;
    this.loop = loop;
    this.server = server;
  }

  /**
   * {@code token-keys [keys=KEY,KEY...]}: the issuers' keys that come this way, in place of those
   * before; an empty list takes them away. Answers the ids of all.
   */
  Map<String, String> keys(ControlMessage command) {
    if (command.has("keys")) {
      String text = command.text("keys");
      List<IssuerKey> keys =
          text.isEmpty()
              ? List.of()
              : Arrays.stream(text.split(",", -1)).map(IssuerKey::parse).toList();
      try {
        access.keys(keys);
      } catch (IOException e) {
        throw new IllegalStateException(
            "the keys are taken, and not kept for a consoled that is started again: "
                + e.getMessage(),
            e);
      } finally {
        audit.keysSet(ids());
      }
    }
    return Map.of("keys", String.join(",", ids()));
  }

  private List<String> ids() {
    return access.keys().stream().map(IssuerKey::id).toList();
  }

  /** {@code one-time id=ID password=P right=R seconds=N [uses=N] [user=NAME]}. */
  Map<String, String> oneTime(ControlMessage command) {
    String id = command.text("id");
    ConsoleRight right = ConsoleRight.parse(command.text("right"));
    int uses = command.has("uses") ? small(command, "uses") : 1;
    Duration time = Duration.ofSeconds(small(command, "seconds"));
    String user = command.has("user") ? command.text("user") : "";
    access.addOneTime(id, user, command.text(ControlMessage.PASSWORD), right, uses, time);
    audit.oneTimeAdded(id, right.text(), uses, time);
    return Map.of("waiting", Integer.toString(access.oneTimePasswords()));
  }

  /**
   * {@code revoke id=ID [seconds=N]}, {@code revoke before=TIME} or {@code revoke user=NAME
   * before=TIME}: also ends their sessions.
   */
  Map<String, String> revoke(ControlMessage command) {
    if (command.has("id") == command.has("before") || (command.has("id") && command.has("user"))) {
      throw new IllegalArgumentException(
          "revoke wants id=ID, before=TIME, or user=NAME before=TIME");
    }
    Optional<IOException> problem = Optional.empty();
    try {
      if (command.has("id")) {
        String id = new Credential(command.text("id"), Instant.EPOCH).id();
        access.revoke(
            id,
            command.has("seconds")
                ? Optional.of(Duration.ofSeconds(small(command, "seconds")))
                : Optional.empty());
      } else {
        Instant before = Instant.ofEpochSecond(command.number("before"));
        if (command.has("user")) {
          access.revokeUser(command.text("user"), before);
        } else {
          access.revokeIssuedBefore(before);
        }
      }
    } catch (IOException e) {
      problem = Optional.of(e);
    }
    int ended = end(access::isRevoked, "what it was let in by is revoked");
    if (command.has("id")) {
      audit.revoked(command.text("id"), ended);
    } else if (command.has("user")) {
      audit.revokedUser(command.text("user"), command.number("before"), ended);
    } else {
      audit.revokedBefore(command.number("before"), ended);
    }
    if (problem.isPresent()) {
      throw new IllegalStateException(
          "sessions=" + ended + " are ended, but: " + problem.get().getMessage(), problem.get());
    }
    return Map.of("sessions", Integer.toString(ended));
  }

  private int end(Predicate<Identity> test, String reason) {
    int ended = 0;
    for (ClientInfo client : server.get().clients()) {
      if (test.test(client.identity()) && server.get().disconnect(client.id(), reason)) {
        ended++;
      }
    }
    return ended;
  }

  /** A viewer came in; what let it in may have been revoked since it was looked at. */
  void entered(ClientInfo client) {
    if (access.isRevoked(client.identity())) {
      // Not within its own first message.
      loop.execute(
          () -> {
            boolean unused =
                server.get().disconnect(client.id(), "what it was let in by is revoked");
          });
    }
  }

  /** Viewers on the desktop now. */
  int count() {
    return (int) server.get().clients().stream().filter(AccessCommands::isOnDesktop).count();
  }

  /**
   * {@code sessions [after=ID]}: those on the desktop, in the order in which they came, as many as
   * fit; {@code more} says after which to ask on.
   */
  Map<String, String> sessions(ControlMessage command) {
    long after = command.has("after") ? command.number("after") : 0;
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("count", Integer.toString(count()));
    int length = 0;
    long last = after;
    for (ClientInfo client : server.get().clients()) {
      if (!isOnDesktop(client) || client.id() <= after) {
        continue;
      }
      Map<String, String> session = Map.of("session-" + client.id(), describe(client));
      length += lengthOf(session);
      if (length > MAX_LIST && last > after) {
        answer.put("more", Long.toString(last));
        break;
      }
      answer.putAll(session);
      last = client.id();
    }
    return answer;
  }

  /** As it will stand in the node. */
  private static int lengthOf(Map<String, String> arguments) {
    return new ControlMessage(0, ControlMessage.OK, arguments)
        .format()
        .getBytes(StandardCharsets.UTF_8)
        .length;
  }

  private static boolean isOnDesktop(ClientInfo client) {
    return client.state() == ClientInfo.State.RUNNING;
  }

  private static String describe(ClientInfo client) {
    String credential = client.identity().credential().map(Credential::id).orElse("");
    return "address="
        + address(client.address())
        + ";right="
        + ConsoleRight.of(client.identity().rights()).text()
        + ";control="
        + client.control()
        + ";since="
        + client.since().truncatedTo(ChronoUnit.SECONDS)
        + ";idle="
        + client.idle().toSeconds()
        + ";credential="
        + credential
        + ";user="
        + client.identity().name().replace(';', ',');
  }

  private static String address(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = inet.getAddress().getHostAddress();
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
    return String.valueOf(address);
  }

  /** {@code disconnect session=ID}. */
  Map<String, String> disconnect(ControlMessage command) {
    long id = command.number("session");
    if (!server.get().disconnect(id, "dom0 ended it")) {
      throw new IllegalArgumentException("session=" + id + " is not there");
    }
    return Map.of();
  }

  private static int small(ControlMessage command, String name) {
    long number = command.number(name);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "command=" + command.verb() + " " + name + "=" + number + " is out of range");
    }
    return (int) number;
  }
}
