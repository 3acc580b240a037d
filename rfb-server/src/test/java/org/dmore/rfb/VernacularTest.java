package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.shinyhut.vernacular.client.VernacularClient;
import com.shinyhut.vernacular.client.VernacularConfig;
import com.shinyhut.vernacular.client.rendering.ColorDepth;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.rfb.clients.Feature;
import org.dmore.rfb.clients.Peer;
import org.dmore.rfb.encoding.ColourMap;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Java client vernacular against the server. */
@Peer(value = "vernacular", version = "1.14")
class VernacularTest {
  private final MemoryDesktop desktop = new MemoryDesktop(333, 217);
  private final RecordingInput input = new RecordingInput();
  private final AtomicReference<BufferedImage> screen = new AtomicReference<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  @ParameterizedTest
  @CsvSource({
    "BPP_8_INDEXED, colour map",
    "BPP_8_TRUE, 1-byte pixels",
    "BPP_16_TRUE, 2-byte pixels",
    "BPP_24_TRUE, 4-byte pixels"
  })
  @Feature({
    "security: VncAuth",
    "encoding: Hextile",
    "colours: {1}",
    "picture: resize",
    "input: keysyms",
    "input: pointer"
  })
  void showsTheDesktopInEachOfItsFormatsAndTypes(ColorDepth depth, String format) throws Exception {
    Random random = new Random(7);
    desktop.scribble(random, 0, 0, 333, 217);
    try (RfbServer server =
        RfbServer.builder()
            .desktop(desktop)
            .input(input)
            .security(VncAuthentication.ofPassword("geheim"))
            .build()) {
      InetSocketAddress bound =
          server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      VernacularClient client = new VernacularClient(config(depth));
      client.start("127.0.0.1", bound.getPort());
      try {
        awaitPixels(depth);
        assertThat(server.clients()).extracting(ClientInfo::encoding).containsExactly("HEXTILE");
        desktop.scribble(random, 30, 40, 100, 70);
        awaitPixels(depth);
        desktop.copy(30, 40, 31, 60, 100, 70);
        awaitPixels(depth);
        desktop.resize(200, 300);
        desktop.scribble(random, 0, 0, 200, 300);
        awaitPixels(depth);

        client.updateKey(0xff1b, true);
        client.updateKey(0xff1b, false);
        client.moveMouse(20, 30);
        client.updateMouseButton(1, true);
        await()
            .untilAsserted(
                () ->
                    assertThat(input.last().events())
                        .containsExactly(
                            "key +ff1b 0", "key -ff1b 0", "pointer 0 20,30", "pointer 1 20,30"));
      } finally {
        client.stop();
      }
      await().untilAsserted(() -> assertThat(input.last().events()).endsWith("close"));
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  @Feature("security: None")
  void isLetInWithoutAPasswordWhereNoneIsAsked() throws Exception {
    desktop.fill(0, 0, 333, 217, 0x336699);
    try (RfbServer server =
        RfbServer.builder().desktop(desktop).security(new NoAuthentication()).build()) {
      InetSocketAddress bound =
          server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      VernacularClient client = new VernacularClient(config(ColorDepth.BPP_24_TRUE));
      client.start("127.0.0.1", bound.getPort());
      try {
        awaitPixels(ColorDepth.BPP_24_TRUE);
      } finally {
        client.stop();
      }
    }
  }

  private VernacularConfig config(ColorDepth depth) {
    VernacularConfig config = new VernacularConfig();
    config.setColorDepth(depth);
    config.setPasswordSupplier(() -> "geheim");
    config.setScreenUpdateListener(image -> screen.set(copy(image)));
    config.setErrorListener(failure::set);
    return config;
  }

  private static BufferedImage copy(Image image) {
    BufferedImage copy =
        new BufferedImage(image.getWidth(null), image.getHeight(null), BufferedImage.TYPE_INT_RGB);
    copy.getGraphics().drawImage(image, 0, 0, null);
    return copy;
  }

  private void awaitPixels(ColorDepth depth) {
    await()
        .untilAsserted(
            () -> {
              assertThat(failure.get()).isNull();
              BufferedImage image = screen.get();
              assertThat(image).isNotNull();
              Desktop.Size size = desktop.size();
              assertThat(image.getWidth()).isEqualTo(size.width());
              assertThat(image.getHeight()).isEqualTo(size.height());
              int[] true24 = desktop.pixels();
              int[] map = ColourMap.entries();
              for (int i = 0; i < true24.length; i++) {
                int shown = image.getRGB(i % size.width(), i / size.width()) & 0xffffff;
                if (depth == ColorDepth.BPP_8_INDEXED) {
                  assertThat(shown).isEqualTo(map[ColourMap.index(true24[i])]);
                } else {
                  int step =
                      switch (depth) {
                        case BPP_24_TRUE -> 0;
                        case BPP_16_TRUE -> 9;
                        default -> 85;
                      };
                  for (int shift = 0; shift < 24; shift += 8) {
                    int difference =
                        Math.abs((shown >> shift & 0xff) - (true24[i] >> shift & 0xff));
                    assertThat(difference).as("pixel %d", i).isLessThanOrEqualTo(step);
                  }
                }
              }
            });
  }
}
