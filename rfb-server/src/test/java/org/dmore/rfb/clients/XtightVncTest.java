package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.core.ConditionTimeoutException;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TightVNC's viewer for X against the server. It follows no change of size. */
@Peer(value = "xtightvncviewer", aptPackage = "xtightvncviewer")
class XtightVncTest extends ViewerTest {
  @Override
  String program() {
    return "xtightvncviewer";
  }

  @Override
  String aptPackage() {
    return "xtightvncviewer";
  }

  private void view(int port, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(program(), "-shared"));
    command.addAll(List.of(options));
    command.add("127.0.0.1::" + port);
    // It may miss that its own window was shown, and then waits for ever without asking for pixels:
    // seen when the machine is busy. It is then started anew.
    for (int tries = 0; tries < 3; tries++) {
      Process viewer = screen.start(command.toArray(String[]::new));
      try {
        screen.awaitWindow("TightVNC", Duration.ofSeconds(8));
        return;
      } catch (ConditionTimeoutException e) {
        viewer.destroyForcibly().waitFor();
        await().until(() -> server().clients().isEmpty());
      }
    }
  }

  /**
   * It may have drawn what it does not show: seen once on a busy machine, when it had got all bytes
   * and asked for more, and showed the picture before. Moving its window has it hear from the X
   * server and tells its VNC server nothing.
   */
  @Override
  boolean nudge() {
    try {
      screen.xdotool("search", "--name", "TightVNC", "windowmove", "--relative", "3", "3");
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"raw, Raw", "rre, RRE", "hextile, Hextile", "zlib, Zlib", "tight, Tight"})
  @Feature({"encoding: {1}", "security: VncAuth"})
  @Feature(value = "picture: resize", shown = "keeps its size")
  void showsTheDesktopAndFollowsIt(String option, String encoding) throws Exception {
    int port = serve(VncAuthentication.ofPassword(PASSWORD));
    view(port, "-encodings", "copyrect " + option, "-passwd", passwordFile().toString());
    awaitDesktop(Accuracy.EXACT);
    assertThat(server().clients())
        .extracting(ClientInfo::encoding)
        .containsExactly(encoding.toUpperCase(Locale.ROOT));
    desktop.scribble(random, 100, 50, 300, 200);
    awaitDesktop(Accuracy.EXACT);
    desktop.copy(0, 16, 0, 0, WIDTH, HEIGHT - 16);
    desktop.fill(0, HEIGHT - 16, WIDTH, 16, 0x102030);
    awaitDesktop(Accuracy.EXACT);
    desktop.resize(720, 300);
    // It keeps its first size: the part that fits, and black below.
    awaitPicture(Accuracy.EXACT, new Desktop.Size(WIDTH, HEIGHT));
    save(option);
  }

  @ParameterizedTest
  @CsvSource({"0, 22", "5, 28", "9, 40"})
  @Feature({"encoding: Tight with JPEG"})
  void showsAPhotoAsNearAsTheQualityLevelSays(int level, double psnr) throws Exception {
    int port = serve(new NoAuthentication());
    view(port, "-encodings", "tight", "-quality", "" + level);
    showsAPhoto(awaitDesktop(Accuracy.EXACT), psnr);
    save("quality" + level);
  }

  @Test
  @Feature("colours: 1-byte pixels")
  void showsTheDesktopInFewColours() throws Exception {
    int port = serve(new NoAuthentication());
    view(port, "-bgr233");
    awaitDesktop(Accuracy.within(43));
    save("bgr233");
  }

  @Test
  @Feature({"security: None", "input: keysyms", "input: pointer"})
  void passesKeysAndPointerOn() throws Exception {
    int port = serve(new NoAuthentication());
    view(port);
    Place place = awaitDesktop(Accuracy.EXACT);
    // It lets go of what the key means when it is let go: B becomes b once Shift is up.
    passesInputOn(
        place, KEYSYMS.stream().map(key -> key.equals("key -42 0") ? "key -62 0" : key).toList());
    save("input");
  }
}
