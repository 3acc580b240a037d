package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.rfb.session.Audience;
import org.dmore.rfb.session.EmbeddedSessions;
import org.dmore.rfb.session.EncodingPool;
import org.dmore.rfb.session.SessionContext;
import org.dmore.rfb.session.SessionRegistry;
import org.dmore.rfb.session.SharedClipboard;
import org.dmore.rfb.session.Workspaces;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients that are in use do and cannot do, each as its own test; named after the client. */
class QuirksTest {
  private final Random random = new Random(9);
  private Optional<ServedDesktop> served = Optional.empty();

  private ServedDesktop serve() throws IOException {
    return serve(new ServedDesktop(b -> b));
  }

  private ServedDesktop serve(ServedDesktop desktop) {
    served = Optional.of(desktop);
    desktop.desktop.scribble(random, 0, 0, 64, 48);
    return desktop;
  }

  @AfterEach
  void stop() throws IOException {
    if (served.isPresent()) {
      served.get().close();
    }
  }

  @ParameterizedTest
  @CsvSource({"003.889, 3.8", "003.003, 3.3", "003.007, 3.7", "003.008, 3.8"})
  void macosScreenSharingAnswersAnyVersionAndNeedsVncAuthentication(String said, String spoken)
      throws Exception {
    ServedDesktop on =
        serve(new ServedDesktop(b -> b.security(VncAuthentication.ofPassword("geheim77"))));
    try (NullClient client = NullClient.open(on.port())) {
      client.version(said);
      if (spoken.equals("3.3")) {
        assertThat(client.in().readInt()).isEqualTo(2);
      } else {
        assertThat(client.in().readUnsignedByte()).isEqualTo(1);
        assertThat(client.in().readUnsignedByte()).isEqualTo(2);
        client.send((byte) 2);
      }
      byte[] challenge = new byte[16];
      client.in().readFully(challenge);
      byte[] password = "geheim77".getBytes(StandardCharsets.US_ASCII);
      client.send(VncAuthentication.response(password, challenge));
      assertThat(client.in().readInt()).isZero();
      client.init(true);
      client.readUntilSame(on.desktop);
      assertThat(on.server.clients().get(0).version()).isEqualTo(spoken);
    }
  }

  @Test
  void realVncBeginsInFewColoursAndChangesItsMindWithoutNewZlibStreams() throws Exception {
    ServedDesktop on = serve();
    NullClient client = on.connect(NullClient.ZRLE);
    client.setPixelFormat(new Format(8, 6, false, true, 3, 3, 3, 4, 2, 0));
    client.request(false);
    client.readUntilSame(on.desktop);
    // NullClient keeps one inflater an encoding for the whole connection, as RealVNC does.
    for (int encoding :
        List.of(NullClient.ZLIB, NullClient.ZRLE, NullClient.HEXTILE, NullClient.ZLIB)) {
      client.setEncodings(encoding);
      client.setPixelFormat(Format.random(random));
      client.request(false);
      client.readUpdate();
      on.desktop.scribble(random, 0, 0, 64, 48);
      client.readUntilSame(on.desktop);
    }
  }

  @Test
  void tigerVncTakesTheSizeFromTheFirstRectangleAndLibvncclientIgnoresAScreenOfId0()
      throws Exception {
    ServedDesktop on = serve();
    NullClient client = on.connect(NullClient.EXTENDED_DESKTOP_SIZE);
    client.setDesktopSize(100, 100);
    client.request(false);
    client.readUpdate();
    // NullClient refuses pixels beside a size; a refusal comes after what holds.
    client.readUntilSame(on.desktop);
    assertThat(client.layout()).endsWith("64x48 1 1");
    assertThat(client.width()).isEqualTo(64);
  }

  @Test
  void ultraVncIsSparedTheSizesOfABoot() throws Exception {
    ServedDesktop on = serve();
    NullClient client = on.connect(NullClient.DESKTOP_SIZE);
    client.request(false);
    client.readUntilSame(on.desktop);
    for (int i = 1; i <= 50; i++) {
      on.desktop.resize(64 + i, 48 + i);
    }
    client.readUntilSame(on.desktop);
    // One for the request that may have waited, and one for all sizes after it.
    assertThat(client.rectangles(NullClient.DESKTOP_SIZE)).isBetween(1, 2);
    assertThat(client.width()).isEqualTo(114);
  }

  @Test
  void vernacularLosesWhatFollowsTheVersionSoNothingDoes() {
    MemoryDesktop desktop = new MemoryDesktop(64, 48);
    RfbLimits limits = RfbLimits.defaults();
    EmbeddedSessions sessions =
        new EmbeddedSessions(
            new SessionContext(
                desktop,
                new Picture(desktop, limits.maxComparedPixels(), (x, y, width, height) -> {}),
                new EncodingPool(0),
                InputSinkFactory.viewOnly(),
                List.of(new NoAuthentication()),
                Sharing.ALWAYS_SHARED,
                new Audience(desktop, ControlPolicy.everyone()),
                new SharedClipboard(),
                Optional.empty(),
                limits,
                new AddressBlocklist(5, limits.firstBlock(), System::nanoTime),
                new SessionRegistry(1, 1),
                new Workspaces()));
    EmbeddedChannel channel = sessions.connect();
    EmbeddedSessions.turn(channel);
    assertThat(new String(EmbeddedSessions.hear(channel), StandardCharsets.US_ASCII))
        .isEqualTo("RFB 003.008\n");
    channel.finishAndReleaseAll();
  }

  @Test
  void vernacularThrowsOnWhatItDoesNotKnowSoItGetsNothingThatItDidNotOffer() throws Exception {
    ServedDesktop on =
        serve(
            new ServedDesktop(
                b -> b.power((action, client) -> CompletableFuture.completedFuture(null))));
    NullClient client = on.connect(NullClient.RRE);
    NullClient watcher = on.connect();
    await().until(() -> on.input.recordings().size() == 2);
    on.input.recordings().get(0).client().relativePointer(true);
    on.desktop.rename("another");
    on.desktop.cursor(Optional.of(new CursorShape(1, 1, 0, 0, new int[] {-1})));
    on.server.clipboard("text");
    on.server.bell();
    watcher.close();
    Set<Integer> types = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      on.desktop.scribble(random, 0, 0, 64, 48);
      client.request(false);
      types.add(client.read());
    }
    client.readUntilSame(on.desktop);
    assertThat(types).isEqualTo(Set.of(0, 2, 3));
    assertThat(client.clipboard()).isEqualTo("latin1 text");
    // The pointer's place is still a place.
    client.pointer(0, 40, 30);
    await().until(() -> on.input.recordings().get(0).events("pointer").contains("pointer 0 40,30"));
  }

  @Test
  void noVncMasksItsBackButtonUntilItIsToldSoTheOldFormStaysTheOldForm() throws Exception {
    ServedDesktop on = serve();
    NullClient client = on.connect(NullClient.RAW);
    client.send(new byte[] {5, (byte) 0x80, 0, 1, 0, 2});
    client.setEncodings(NullClient.MOUSE_BUTTONS);
    client.send(new byte[] {5, 0, 0, 1, 0, 2});
    client.send(new byte[] {5, (byte) 0x80, 0, 1, 0, 2, 2});
    // It may offer it no longer, and then the bit is a button again.
    client.setEncodings(NullClient.RAW);
    client.send(new byte[] {5, (byte) 0x80, 0, 1, 0, 2});
    await()
        .untilAsserted(
            () ->
                assertThat(on.input.last().events())
                    .containsExactly(
                        "pointer 128 1,2", "pointer 0 1,2", "pointer 256 1,2", "pointer 128 1,2"));
  }

  @Test
  void tigerVncsClipboardKeepsItsFormWhenItIsNoLongerOffered() throws Exception {
    ServedDesktop on = serve();
    NullClient client = on.connect(NullClient.CLIPBOARD);
    client.read();
    client.setEncodings(NullClient.RAW);
    // It may have been on its way.
    client.provide("late");
    await().until(() -> on.input.last().events().contains("clipboard late"));
    on.server.clipboard("plain");
    client.read();
    assertThat(client.clipboard()).isEqualTo("latin1 plain");
  }
}
