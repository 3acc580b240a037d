package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.VeNCrypt;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.Test;

/** The viewer of GTK-VNC, which virt-viewer and GNOME's tools build on, against the server. */
@Peer(value = "gvncviewer", aptPackage = "gvncviewer")
class GvncViewerTest extends ViewerTest {
  @Override
  String program() {
    return "gvncviewer";
  }

  @Override
  String aptPackage() {
    return "gvncviewer";
  }

  private void view(int port) throws Exception {
    // It counts displays from port 5900.
    screen.start(program(), "127.0.0.1:" + (port - 5900));
  }

  /** Its window keeps its size and scales the picture; under a menu bar that stays as high. */
  @Override
  void resized(int width, int height) throws Exception {
    String window = screen.xdotool("search", "--onlyvisible", "--name", "GVncViewer");
    String geometry = screen.xdotool("getwindowgeometry", "--shell", window);
    int before = Integer.parseInt(geometry.replaceAll("(?s).*HEIGHT=([0-9]+).*", "$1"));
    int menu = before - desktop.size().height();
    super.resized(width, height);
    screen.xdotool("windowsize", window, "" + width, "" + (height + menu));
  }

  @Test
  @Feature({"encoding: Tight with JPEG"})
  void showsAPhoto() throws Exception {
    int port = serve(new NoAuthentication());
    view(port);
    showsAPhoto(awaitDesktop(Accuracy.EXACT), 25);
    save("photo");
  }

  /** Into the dialogue that asks for it. */
  private void typePassword() throws Exception {
    screen.awaitWindow("uthentication");
    screen.xdotool("search", "--sync", "--name", "uthentication", "windowactivate", "--sync");
    screen.xdotool("type", PASSWORD);
    screen.xdotool("key", "Return");
  }

  @Test
  @Feature({"security: VncAuth", "encoding: Tight", "colours: 4-byte pixels", "picture: resize"})
  void showsTheDesktopAndFollowsItOnceThePasswordIsTyped() throws Exception {
    int port = serve(VncAuthentication.ofPassword(PASSWORD));
    view(port);
    typePassword();
    awaitDesktop(Accuracy.EXACT);
    followsChanges(Accuracy.EXACT);
    assertThat(server().clients()).extracting(ClientInfo::encoding).containsExactly("TIGHT");
    save("password");
  }

  @Test
  @Feature({"security: None", "input: scancodes", "input: pointer"})
  void passesKeysAndPointerOnWithTheirScancodes() throws Exception {
    int port = serve(new NoAuthentication());
    view(port);
    Place place = awaitDesktop(Accuracy.EXACT);
    passesInputOn(place, KEYS);
    save("input");
  }

  @Test
  @Feature("security: TLSNone")
  void showsTheDesktopThroughTlsWithoutCertificates() throws Exception {
    int port = serve(VeNCrypt.builder().anonymous().none(new NoAuthentication()).build());
    view(port);
    Place place = awaitDesktop(Accuracy.EXACT);
    passesInputOn(place, KEYS);
    assertThat(server().clients()).extracting(ClientInfo::security).containsExactly("TLSNone");
  }

  @Test
  @Feature("security: TLSVnc")
  void asksForThePasswordWithinTls() throws Exception {
    int port =
        serve(
            VeNCrypt.builder().anonymous().vnc(VncAuthentication.ofPassword(PASSWORD)).build(),
            VncAuthentication.ofPassword(PASSWORD));
    view(port);
    typePassword();
    awaitDesktop(Accuracy.EXACT);
    assertThat(server().clients()).extracting(ClientInfo::security).containsExactly("TLSVnc");
  }
}
