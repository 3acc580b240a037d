package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TigerVNC's viewer against the server. */
@Peer(value = "TigerVNC viewer", aptPackage = "tigervnc-viewer")
class TigerVncTest extends ViewerTest {
  @Override
  String program() {
    return "xtigervncviewer";
  }

  @Override
  String aptPackage() {
    return "tigervnc-viewer";
  }

  private void view(int port, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(program(), "-Shared", "-MenuKey="));
    command.addAll(List.of(options));
    command.add("127.0.0.1::" + port);
    screen.start(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Raw", "Hextile", "Tight", "ZRLE"})
  @Feature({"encoding: {0}", "security: VncAuth", "picture: resize"})
  void showsTheDesktopAndFollowsIt(String encoding) throws Exception {
    int port = serve(VncAuthentication.ofPassword(PASSWORD));
    view(
        port,
        "-AutoSelect=0",
        "-PreferredEncoding=" + encoding,
        "-NoJPEG",
        "-passwd",
        passwordFile().toString());
    awaitDesktop(Accuracy.EXACT);
    assertThat(server().clients())
        .extracting(ClientInfo::encoding, ClientInfo::version, ClientInfo::security)
        .containsExactly(tuple(encoding.toUpperCase(Locale.ROOT), "3.8", "VncAuth"));
    followsChanges(Accuracy.EXACT);
    save(encoding);
  }

  @ParameterizedTest
  @CsvSource({"0, 22", "3, 26", "6, 30", "8, 35", "9, 40"})
  @Feature({"encoding: Tight with JPEG"})
  void showsAPhotoAsNearAsTheQualityLevelSays(int level, double psnr) throws Exception {
    int port = serve(new NoAuthentication());
    view(
        port,
        "-SecurityTypes=None",
        "-AutoSelect=0",
        "-PreferredEncoding=Tight",
        "-QualityLevel=" + level);
    showsAPhoto(awaitDesktop(Accuracy.EXACT), psnr);
    save("quality" + level);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 9})
  @Feature({"encoding: compression levels"})
  void showsAPhotoExactlyWithoutJpegAtEachCompressionLevel(int level) throws Exception {
    int port = serve(new NoAuthentication());
    view(
        port,
        "-SecurityTypes=None",
        "-AutoSelect=0",
        "-PreferredEncoding=Tight",
        "-NoJPEG",
        "-CustomCompressLevel",
        "-CompressLevel=" + level);
    desktop.photograph(random, 100, 100, 400, 200);
    awaitDesktop(Accuracy.EXACT);
    followsChanges(Accuracy.EXACT);
    save("compression" + level);
  }

  @ParameterizedTest
  @CsvSource({"0, 128", "1, 43", "2, 43"})
  @Feature("colours: 1-byte pixels")
  void showsTheDesktopInFewColours(int level, int step) throws Exception {
    int port = serve(new NoAuthentication());
    view(port, "-AutoSelect=0", "-FullColor=0", "-LowColorLevel=" + level);
    awaitDesktop(Accuracy.within(step));
    followsChanges(Accuracy.within(step));
    save("colours" + level);
  }

  @Test
  @Feature({"picture: name", "clipboard: to the client", "clipboard: from the client"})
  void followsTheNameAndSharesTheClipboard() throws Exception {
    int port = serve(new NoAuthentication());
    view(port, "-SecurityTypes=None");
    Place place = awaitDesktop(Accuracy.EXACT);
    desktop.rename("vm7 on host2");
    screen.awaitWindow("^vm7 on host2 - ");

    server().clipboard("from the guest:\n\u20ac \u00e9\n");
    await()
        .pollInterval(VirtualScreen.LOOK)
        .until(() -> screen.clipboard().equals("from the guest:\n\u20ac \u00e9\n"));

    // The viewer tells of a clipboard once its window has the keyboard.
    screen.copy("to the guest:\n\u20ac \u00e9\n");
    screen.xdotool("mousemove", "--sync", "" + (place.x() + 100), "" + (place.y() + 60));
    screen.xdotool("click", "1");
    await()
        .untilAsserted(
            () ->
                assertThat(input.last().events("clipboard"))
                    .endsWith("clipboard to the guest:\n\u20ac \u00e9\n"));
    save("clipboard");
  }

  @Test
  @Feature({"security: None", "input: scancodes", "input: pointer"})
  void passesKeysAndPointerOnWithTheirScancodes() throws Exception {
    int port = serve(new NoAuthentication());
    view(port, "-SecurityTypes=None");
    Place place = awaitDesktop(Accuracy.EXACT);
    passesInputOn(place, KEYS);
    save("input");
  }
}
