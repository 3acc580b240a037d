package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.Sharing;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionRegistryTest {
  private static final byte[] HANDSHAKE =
      "RFB 003.008\n\001\001".getBytes(StandardCharsets.ISO_8859_1);

  private final List<EmbeddedChannel> channels = new ArrayList<>();
  private EmbeddedSessions sessions;

  private void serve(SessionRegistry registry) {
    RfbLimits limits = RfbLimits.defaults();
    MemoryDesktop desktop = new MemoryDesktop(10, 10);
    sessions =
        new EmbeddedSessions(
            new SessionContext(
                desktop,
                new Picture(desktop, 0, (x, y, width, height) -> {}),
                new EncodingPool(0),
                InputSinkFactory.viewOnly(),
                List.of(new NoAuthentication()),
                Sharing.ALWAYS_SHARED,
                new Audience(desktop, ControlPolicy.everyone()),
                new SharedClipboard(),
                Optional.empty(),
                limits,
                new AddressBlocklist(5, limits.firstBlock(), System::nanoTime),
                registry,
                new Workspaces()));
  }

  private EmbeddedChannel connect() {
    EmbeddedChannel channel = sessions.connect();
    channels.add(channel);
    return channel;
  }

  @AfterEach
  void close() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void whereAllPlacesAreTakenTheLongestInTheHandshakeGivesWay() {
    SessionRegistry registry = new SessionRegistry(3, 3, Duration.ZERO);
    serve(registry);
    EmbeddedChannel running = connect();
    EmbeddedSessions.say(running, HANDSHAKE);
    EmbeddedChannel first = connect();
    EmbeddedChannel second = connect();
    EmbeddedChannel newcomer = connect();
    EmbeddedSessions.turn(first);
    assertThat(first.isOpen()).isFalse();
    assertThat(running.isOpen()).isTrue();
    assertThat(second.isOpen()).isTrue();
    EmbeddedSessions.say(newcomer, HANDSHAKE);
    assertThat(newcomer.isOpen()).isTrue();
    assertThat(registry.sessions()).hasSize(3);
  }

  @Test
  void onlyOneGivesWayToOneHoweverLateItsLoopIs() {
    serve(new SessionRegistry(2, 2, Duration.ZERO));
    EmbeddedChannel first = connect();
    EmbeddedChannel second = connect();
    EmbeddedChannel third = connect();
    EmbeddedChannel fourth = connect();
    EmbeddedChannel fifth = connect();
    channels.forEach(EmbeddedSessions::turn);
    assertThat(List.of(first, second, third, fourth, fifth))
        .extracting(EmbeddedChannel::isOpen)
        .containsExactly(false, false, false, true, true);
  }

  @Test
  void whoseHandshakeIsYoungOrDoneDoesNotGiveWay() {
    serve(new SessionRegistry(2, 2, Duration.ofHours(1)));
    EmbeddedChannel young = connect();
    EmbeddedChannel running = connect();
    EmbeddedSessions.say(running, HANDSHAKE);
    assertThat(connect().isOpen()).isFalse();
    assertThat(young.isOpen()).isTrue();
    assertThat(running.isOpen()).isTrue();
  }
}
