package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.dmore.rfb.nullclient.NullClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * What clients and server say beyond RFC 6143, with a client that refuses what it did not offer.
 */
class ExtensionsTest {
  private static final int CAPS = 0x01000000;
  private static final int REQUEST = 0x02000000;
  private static final int PEEK = 0x04000000;
  private static final int NOTIFY = 0x08000000;
  private static final int PROVIDE = 0x10000000;

  private ServedDesktop served;

  private NullClient serve(UnaryOperator<RfbServer.Builder> settings, Integer... offers)
      throws IOException {
    served = new ServedDesktop(settings);
    return served.connect(offers);
  }

  @AfterEach
  void stop() throws IOException {
    served.close();
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  private List<String> heard() {
    return served.input.last().events();
  }

  // ---- clipboard

  @Test
  void aClientWithoutTheExtendedClipboardGetsLatin1() throws Exception {
    NullClient client = serve(b -> b, NullClient.RAW);
    served.server.clipboard("a\r\nb\rc\n\u00e9\u20ac");
    assertThat(client.read()).isEqualTo(3);
    assertThat(client.clipboard()).isEqualTo("latin1 a\nb\nc\n\u00e9?");
  }

  @Test
  void aClientWithTheExtendedClipboardGetsTheTextUnasked() throws Exception {
    NullClient client = serve(b -> b, NullClient.CLIPBOARD);
    client.read();
    assertThat(client.clipboard()).isEqualTo("caps " + (1 << 20));
    served.server.clipboard("a\n\u20ac \ud83d\ude00\r\n");
    client.read();
    assertThat(client.clipboard()).isEqualTo("provide a\r\n\u20ac \ud83d\ude00\r\n");
  }

  @Test
  void aClientThatTakesLessIsToldAndAsks() throws Exception {
    NullClient client = serve(b -> b, NullClient.CLIPBOARD);
    client.read();
    // Text up to five bytes, a NUL included.
    client.sendClipboard(CAPS | REQUEST | NOTIFY | PROVIDE | 1, number(5));
    client.sendClipboard(PEEK);
    client.read();
    assertThat(client.clipboard()).isEqualTo("notify false");
    served.server.clipboard("four");
    client.read();
    assertThat(client.clipboard()).isEqualTo("provide four");
    served.server.clipboard("fiver");
    client.read();
    assertThat(client.clipboard()).isEqualTo("notify true");
    client.sendClipboard(REQUEST | 1);
    client.read();
    assertThat(client.clipboard()).isEqualTo("provide fiver");
    client.sendClipboard(PEEK);
    client.read();
    assertThat(client.clipboard()).isEqualTo("notify true");
    served.server.clipboard("");
    client.read();
    assertThat(client.clipboard()).isEqualTo("notify false");
  }

  @Test
  void aClientThatUnderstandsNoActionGetsLatin1() throws Exception {
    NullClient client = serve(b -> b, NullClient.CLIPBOARD);
    client.read();
    client.sendClipboard(CAPS);
    client.sendClipboard(PEEK);
    client.key(true, 'a');
    await().until(() -> heard().contains("key +61 0"));
    served.server.clipboard("text");
    client.read();
    assertThat(client.clipboard()).isEqualTo("latin1 text");
  }

  @Test
  void whatTheClientTellsOfIsRequestedAndItsLinesAreUnixs() throws Exception {
    NullClient client = serve(b -> b, NullClient.CLIPBOARD);
    client.read();
    client.sendClipboard(NOTIFY);
    client.sendClipboard(NOTIFY | 2);
    client.sendClipboard(NOTIFY | 3);
    client.read();
    assertThat(client.clipboard()).isEqualTo("request true");
    client.provide("one\n\u20ac");
    await().untilAsserted(() -> assertThat(heard()).containsExactly("clipboard one\n\u20ac"));
    client.send(new byte[] {6, 0, 0, 0, 0, 0, 0, 4, 'a', 13, 10, (byte) 0xe9});
    await()
        .untilAsserted(
            () ->
                assertThat(heard())
                    .containsExactly("clipboard one\n\u20ac", "clipboard a\n\u00e9"));
  }

  @Test
  void aClipboardOverTheLimitIsLeftOutAndTheNextOneIsTaken() throws Exception {
    NullClient client =
        serve(b -> b.limits(RfbLimits.builder().maxCutText(1000).build()), NullClient.CLIPBOARD);
    client.read();
    // Compressed it is far less than the limit.
    client.provide("x".repeat(1000));
    client.provide("x".repeat(999));
    await()
        .untilAsserted(() -> assertThat(heard()).containsExactly("clipboard " + "x".repeat(999)));
    assertThatThrownBy(() -> served.server.clipboard("y".repeat(1001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clipboard bytes=1001 are more than maxCutText=1000");
    served.server.clipboard("y".repeat(1000));
    client.read();
    assertThat(client.clipboard()).isEqualTo("provide " + "y".repeat(1000));
  }

  @Test
  void whoAsksOverAndOverWithoutReadingGetsOneAnswerForAll() throws Exception {
    NullClient client = serve(b -> b, NullClient.CLIPBOARD);
    client.read();
    client.sendClipboard(CAPS | REQUEST | NOTIFY | PROVIDE | 1, number(0));
    StringBuilder incompressible = new StringBuilder();
    new Random(1)
        .ints(500_000, ' ', '~')
        .forEach(character -> incompressible.append((char) character));
    served.server.clipboard(incompressible.toString());
    client.read();
    for (int i = 0; i < 500; i++) {
      client.sendClipboard(REQUEST | 1);
    }
    client.key(true, 'a');
    await().until(() -> heard().contains("key +61 0"));
    // What the kernel took, and what was over the mark once: by far not 500 times.
    assertThat(served.server.clients().get(0).bytesSent()).isLessThan(40L * 500_000);
    client.read();
    assertThat(client.clipboard()).isEqualTo("provide " + incompressible);
  }

  @Test
  void aViewerWithoutTheRightHasNoClipboard() throws Exception {
    NullClient client =
        serve(b -> b.security(ServedDesktop.as(Identity.viewOnly("v"))), NullClient.CLIPBOARD);
    served.server.clipboard("secret");
    served.server.bell();
    // The bell comes and nothing before it.
    assertThat(client.read()).isEqualTo(2);
    client.provide("text");
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(served.input.recordings()).isEmpty();
  }

  // ---- power

  private final List<String> power = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private CompletableFuture<Void> request(PowerControl.Action action, Client client) {
    power.add(action + " by " + client.identity().name());
    return done;
  }

  private void xvp(NullClient client, int version, int code) throws IOException {
    client.send((byte) 250, (byte) 0, (byte) version, (byte) code);
  }

  @Test
  void aClientThatMaySwitchTheMachineIsToldSoAndDoesOneThingAtATime() throws Exception {
    NullClient client =
        serve(
            b -> b.power(this::request).security(ServedDesktop.as(Identity.full("ann"))),
            NullClient.XVP);
    client.read();
    assertThat(client.xvp()).isEqualTo(1);
    xvp(client, 1, 2);
    await().until(() -> !power.isEmpty());
    xvp(client, 1, 4);
    client.read();
    assertThat(client.xvp()).isZero();
    assertThat(power).containsExactly("SHUTDOWN by ann");
    done.complete(null);
    served.server.bell();
    client.read();
    xvp(client, 1, 3);
    xvp(client, 1, 4);
    await().until(() -> power.size() == 3);
    assertThat(power).containsExactly("SHUTDOWN by ann", "REBOOT by ann", "RESET by ann");
  }

  @Test
  void whatCannotBeDoneIsTold() throws Exception {
    NullClient client = serve(b -> b.power(this::request), NullClient.XVP);
    client.read();
    xvp(client, 1, 4);
    await().until(() -> !power.isEmpty());
    done.completeExceptionally(new IOException("no such machine"));
    client.read();
    assertThat(client.xvp()).isZero();
    xvp(client, 1, 9);
    client.read();
    assertThat(power).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true, VIEW, false", "true, CONTROL, false", "false, POWER, false"})
  void whoMayNotIsNotToldAndRefused(boolean port, Right right, boolean told) throws Exception {
    NullClient client =
        serve(
            b ->
                (port ? b.power(this::request) : b)
                    .security(ServedDesktop.as(new Identity("", EnumSet.of(Right.VIEW, right)))),
            NullClient.XVP);
    served.server.bell();
    assertThat(client.read()).isEqualTo(2);
    xvp(client, 1, 4);
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(power).isEmpty();
  }

  @Test
  void theAuditTellsWhoDidWhatAndNoText() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("org.dmore.rfb.audit");
    ListAppender<ILoggingEvent> audit = new ListAppender<>();
    audit.start();
    logger.addAppender(audit);
    try {
      NullClient client =
          serve(
              b -> b.power(this::request).security(ServedDesktop.as(Identity.full("ann"))),
              NullClient.CLIPBOARD,
              NullClient.XVP);
      for (int i = 0; i < 100; i++) {
        client.provide("secret" + i);
      }
      xvp(client, 1, 7);
      done.completeExceptionally(new IOException("no such machine"));
      xvp(client, 1, 4);
      await().until(() -> power.size() == 1);
      client.close();
      await().until(() -> served.server.clients().isEmpty());
    } finally {
      logger.detachAppender(audit);
    }
    List<String> lines = audit.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).contains("user=\"ann\""));
    assertThat(lines).noneSatisfy(line -> assertThat(line).contains("secret"));
    assertThat(lines.get(0)).startsWith("clipboard direction=to-guest length=7 before=0");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("power action=\"code 7\" result=\"refused"))
        .anySatisfy(line -> assertThat(line).contains("action=\"RESET\" result=\"requested\""))
        .anySatisfy(line -> assertThat(line).contains("no such machine"));
    // One, and one of those that came within its second and after it, however slow this is.
    assertThat(lines).hasSizeLessThan(20);
  }

  // ---- the desktop's name, cursor, bell

  @Test
  void aNewNameIsToldWhereItIsOffered() throws Exception {
    NullClient client = serve(b -> b, NullClient.DESKTOP_NAME);
    NullClient plain = served.connect();
    client.request(false);
    client.readUpdate();
    assertThat(client.name()).isEqualTo("a desktop in memory");
    served.desktop.rename("vm7 \u2192 host2");
    client.request(true);
    client.readUpdate();
    assertThat(client.name()).isEqualTo("vm7 \u2192 host2");
    // Once, and only once there is a request for an update.
    served.desktop.rename("vm7 b");
    served.desktop.rename("vm7 c");
    served.desktop.fill(0, 0, 5, 5, 7);
    client.request(true);
    client.readUpdate();
    await().until(() -> sent(client, served.desktop, "vm7 c"));
    assertThat(client.rectangles(NullClient.DESKTOP_NAME)).isLessThanOrEqualTo(3);
    plain.readUntilSame(served.desktop);
  }

  private static boolean sent(NullClient client, MemoryDesktop desktop, String name)
      throws IOException {
    if (!client.name().equals(name)) {
      client.request(true);
      client.readUpdate();
    }
    client.readUntilSame(desktop);
    return client.name().equals(name);
  }

  @Test
  void aNameOfAKilobyteIsCutBetweenCharacters() throws Exception {
    NullClient client = serve(b -> b, NullClient.DESKTOP_NAME);
    client.request(false);
    client.readUpdate();
    client.request(true);
    served.desktop.rename("x" + "\u20ac".repeat(1000));
    client.readUpdate();
    assertThat(client.name()).isEqualTo("x" + "\u20ac".repeat(341));
  }

  @Test
  void theCursorKeepsItsAlphaWhereThatIsOffered() throws Exception {
    NullClient client = serve(b -> b, NullClient.CURSOR, NullClient.CURSOR_WITH_ALPHA);
    served.desktop.cursor(
        Optional.of(
            new CursorShape(
                2, 2, 1, 0, new int[] {0xff112233, 0x80ff8000, 0x01ffffff, 0x00ffffff})));
    client.request(false);
    client.readUntilSame(served.desktop);
    assertThat(client.cursor()).isEqualTo("2x2+1+0 112233ff 80400080 01010101 00000000");
    served.desktop.cursor(Optional.empty());
    client.request(true);
    client.readUpdate();
    assertThat(client.cursor()).isEqualTo("0x0+0+0");
  }

  @Test
  void aTranslucentCursorIsDitheredToItsMask() throws Exception {
    NullClient client = serve(b -> b, NullClient.CURSOR);
    int[] half = new int[64];
    Arrays.fill(half, 0x80ffffff);
    half[0] = 0xff000000;
    half[63] = 0x00ffffff;
    served.desktop.cursor(Optional.of(new CursorShape(8, 8, 0, 0, half)));
    client.request(false);
    client.readUntilSame(served.desktop);
    String mask = client.cursor().substring(client.cursor().indexOf(" m"));
    int seen = 0;
    for (String row : mask.trim().split(" ", -1)) {
      seen += Integer.bitCount(Integer.parseInt(row.substring(1), 16));
    }
    assertThat(seen).isEqualTo(31);
    assertThat(mask).startsWith(" ma").contains("m55");
  }

  @Test
  void theBellRings() throws Exception {
    NullClient client = serve(b -> b);
    served.server.bell();
    assertThat(client.read()).isEqualTo(2);
  }

  // ---- the pointer

  @Test
  void backAndForwardAreButtons() throws Exception {
    NullClient client = serve(b -> b, NullClient.MOUSE_BUTTONS);
    client.request(false);
    client.readUpdate();
    assertThat(client.rectangles(NullClient.MOUSE_BUTTONS)).isEqualTo(1);
    client.pointer(1, 2, 3);
    client.pointer(1 << 8 | 1, 2, 3);
    client.pointer(1 << 7, 2, 3);
    client.pointer(0, 2, 3);
    await()
        .untilAsserted(
            () ->
                assertThat(heard())
                    .containsExactly(
                        "pointer 1 2,3", "pointer 257 2,3", "pointer 128 2,3", "pointer 0 2,3"));
  }

  @Test
  void aGuestThatTakesMotionGetsItFromAClientThatKnowsHow() throws Exception {
    NullClient client = serve(b -> b, NullClient.POINTER_MOTION);
    NullClient plain = served.connect();
    client.request(false);
    client.readUpdate();
    assertThat(client.isAbsolute()).isTrue();
    Client known = served.input.recordings().get(0).client();
    known.relativePointer(true);
    served.input.recordings().get(1).client().relativePointer(true);
    client.request(true);
    client.readUpdate();
    assertThat(client.isAbsolute()).isFalse();
    // The first was under way when the mode changed: its place is no motion.
    client.pointer(0, 60, 40);
    client.pointer(1, 0x7fff + 3, 0x7fff - 4);
    List<String> heard = served.input.recordings().get(0).events();
    await().untilAsserted(() -> assertThat(heard).containsExactly("motion 0 0,0", "motion 1 3,-4"));
    known.relativePointer(false);
    client.request(true);
    client.readUpdate();
    assertThat(client.isAbsolute()).isTrue();
    client.pointer(0, 0x7fff, 0x7fff + 1);
    client.pointer(0, 9, 8);
    await()
        .untilAsserted(
            () ->
                assertThat(heard)
                    .containsExactly(
                        "motion 0 0,0", "motion 1 3,-4", "motion 0 0,0", "pointer 0 9,8"));
    plain.pointer(0, 5, 6);
    await()
        .untilAsserted(
            () ->
                assertThat(served.input.recordings().get(1).events())
                    .containsExactly("pointer 0 5,6"));
  }
}
