package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.BoundingBox;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.Identity;
import org.dmore.rfb.Listener;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.SecurityTypes;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.PasswordVerifier;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.UserList;
import org.dmore.rfb.security.VeNCrypt;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.RsaKeyFile;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.dmore.rfb.web.PageResources;
import org.dmore.rfb.web.WebOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * noVNC as this server serves it, in Chromium: what its canvas holds is compared with the desktop,
 * and what is typed and clicked with what the sink got.
 */
@Tag("clients")
@Peer(value = "noVNC", version = "1.7.0")
class NoVncTest {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final Path DRIVER = Path.of("target", "playwright").toAbsolutePath();
  private static final String PASSWORD = "geheim77";

  private static Playwright playwright;
  private static Browser browser;

  @TempDir Path folder;

  private final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  private final RecordingInput input = new RecordingInput();
  private final List<String> complaints = new ArrayList<>();
  private RfbServer server;
  private int port;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void startBrowser() {
    VirtualScreen.needs("chromium", "chromium");
    VirtualScreen.needs("node", "nodejs npm");
    VirtualScreen.needsFile(DRIVER.resolve("package/cli.js"), "npm, and build again");
    System.setProperty("playwright.cli.dir", DRIVER.toString());
    playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(
                    Map.of(
                        "PLAYWRIGHT_NODEJS_PATH",
                        program("node").toString(),
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program("chromium"))
                    .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    assertThat(PageResources.isThere()).isTrue();
  }

  private static Path program(String name) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  @AfterAll
  static void stopBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @AfterEach
  void stop() {
    if (context != null) {
      context.close();
    }
    if (server != null) {
      server.close();
    }
    assertThat(desktop.listeners()).isZero();
  }

  private void serve(WebOptions options, SecurityType... security) throws IOException {
    server = RfbServer.builder().desktop(desktop).input(input).security(security).build();
    port =
        server
            .listen(
                Listener.web(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options))
            .getPort();
  }

  private void open(String address) {
    context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(1000, 700).setIgnoreHTTPSErrors(true));
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.navigate(address);
  }

  private void connect() throws IOException {
    serve(WebOptions.defaults(), new NoAuthentication());
    open("http://127.0.0.1:" + port + "/");
    waitForStatus("Connected");
  }

  private void waitForStatus(String text) {
    page.locator("#status").filter(new Locator.FilterOptions().setHasText(text)).waitFor();
  }

  /** Playwright hears the page only while it is asked something. */
  private boolean isSame() {
    String url =
        (String)
            page.evaluate("() => document.querySelector('#screen canvas').toDataURL('image/png')");
    try {
      byte[] png = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      Desktop.Size size = desktop.size();
      if (image == null || image.getWidth() != size.width() || image.getHeight() != size.height()) {
        return false;
      }
      int[] seen = image.getRGB(0, 0, size.width(), size.height(), null, 0, size.width());
      int[] wanted = desktop.pixels();
      for (int i = 0; i < wanted.length; i++) {
        if ((seen[i] & 0xffffff) != (wanted[i] & 0xffffff)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void waitForPixels() {
    // On this thread, which alone may use Playwright.
    await().pollInterval(VirtualScreen.LOOK).pollInSameThread().until(this::isSame);
  }

  private void screenshot(String name) throws IOException {
    Path file = Path.of("target", "screenshots", "novnc-" + name + ".png");
    Files.createDirectories(file.getParent());
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
  }

  private List<String> keys(int count) {
    await().until(() -> input.last().events("key ").size() >= count);
    return input.last().events("key ");
  }

  @Test
  @Feature({"security: None", "transport: WebSocket", "picture: resize"})
  void thePictureIsTheDesktopsWhateverItsSize() throws IOException {
    Random random = new Random(7);
    desktop.fill(0, 0, WIDTH, HEIGHT, 0x003366);
    desktop.type(random, 20, 20, 60);
    desktop.fill(50, 200, 500, 100, 0xaaaaaa);
    connect();
    waitForPixels();
    screenshot("picture");
    desktop.fill(100, 100, 300, 200, 0xcc2200);
    desktop.copy(0, 0, 200, 150, 300, 100);
    waitForPixels();
    desktop.resize(800, 300);
    desktop.fill(500, 0, 300, 300, 0x00aa44);
    waitForPixels();
    screenshot("resized");
    assertThat(complaints).isEmpty();
  }

  @Test
  @Feature("picture: scaled")
  void aDesktopThatIsLargerThanTheWindowIsScaledToItOrNot() throws IOException {
    desktop.resize(1600, 1200);
    desktop.fill(0, 0, 1600, 1200, 0x226688);
    connect();
    waitForPixels();
    BoundingBox scaled = page.locator("#screen canvas").boundingBox();
    assertThat(scaled.height).isLessThanOrEqualTo(700);
    assertThat(scaled.width / scaled.height)
        .isCloseTo(4 / 3.0, org.assertj.core.data.Offset.offset(0.01));
    screenshot("scaled");
    page.locator("#scale").click();
    assertThat(page.locator("#screen canvas").boundingBox().width).isEqualTo(1600);
  }

  @Test
  @Feature({"input: keysyms", "input: scancodes"})
  void whatIsTypedArrivesOnceAndInOrder() throws IOException {
    connect();
    waitForPixels();
    String text = "the quick brown Fox, 42!";
    page.keyboard().type(text);
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      wanted.add("key +" + Integer.toHexString(text.charAt(i)));
      wanted.add("key -" + Integer.toHexString(text.charAt(i)));
    }
    assertThat(keys(wanted.size()).stream().map(key -> key.substring(0, key.lastIndexOf(' '))))
        .isEqualTo(wanted);
    // XT's number of the key T, where the browser knows which key it was.
    assertThat(input.last().events().get(0)).isEqualTo("key +74 20");
  }

  @Test
  @Feature("input: Ctrl-Alt-Del")
  void theButtonSendsCtrlAltDel() throws IOException {
    connect();
    waitForPixels();
    page.locator("#ctrl-alt-del").click();
    assertThat(keys(6))
        .containsExactly(
            "key +ffe3 29",
            "key +ffe9 56",
            "key +ffff 211",
            "key -ffff 211",
            "key -ffe9 56",
            "key -ffe3 29");
    page.keyboard().press("a");
    assertThat(keys(8)).endsWith("key +61 30", "key -61 30");
  }

  @Test
  @Feature("input: pointer")
  void aClickArrivesWhereItWasMade() throws IOException {
    connect();
    waitForPixels();
    page.locator("#scale").click();
    page.locator("#screen canvas").click(new Locator.ClickOptions().setPosition(123, 45));
    await().until(() -> input.last().events("pointer 1").size() == 1);
    assertThat(input.last().events("pointer 1")).containsExactly("pointer 1 123,45");
    await().untilAsserted(() -> assertThat(input.last().events()).endsWith("pointer 0 123,45"));
  }

  @Test
  @Feature("clipboard: from the client")
  void theClipboardIsSent() throws IOException {
    connect();
    waitForPixels();
    page.locator("#open-clipboard").click();
    page.locator("#clipboard-text").fill("été: line one\nline two");
    screenshot("clipboard");
    page.locator("#send-clipboard").click();
    await().until(() -> !input.last().events("clipboard ").isEmpty());
    assertThat(input.last().events("clipboard "))
        .containsExactly("clipboard été: line one\nline two");
  }

  @Test
  @Feature("clipboard: to the client")
  void theDesktopsClipboardIsShown() throws IOException {
    connect();
    waitForPixels();
    server.clipboard("copied: żółw\nand more");
    await()
        .pollInSameThread()
        .until(() -> page.locator("#clipboard-text").inputValue().equals("copied: żółw\nand more"));
  }

  @Test
  @Feature({"security: VncAuth", "transport: WebSocket in TLS"})
  void aPasswordIsAskedForAndPassesThroughTls() throws IOException {
    ServerCertificates certificates =
        ServerCertificates.orSelfSigned(
            new CertificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem")),
            List.of("127.0.0.1"));
    serve(WebOptions.defaults().withTls(certificates), VncAuthentication.ofPassword(PASSWORD));
    // Sent on to https.
    open("http://127.0.0.1:" + port + "/");
    assertThat(page.url()).startsWith("https://");
    page.locator("#password").fill("wrong");
    screenshot("login");
    page.locator("#credentials button").click();
    waitForStatus("authentication failed");
    page.locator("#reconnect").click();
    page.locator("#password").fill(PASSWORD);
    page.locator("#credentials button").click();
    waitForStatus("Connected");
    desktop.fill(10, 10, 600, 300, 0xffcc00);
    waitForPixels();
    assertThat(server.clients())
        .filteredOn(info -> info.state() == org.dmore.rfb.ClientInfo.State.RUNNING)
        .singleElement()
        .satisfies(info -> assertThat(info.transport()).isEqualTo("wss"));
  }

  private void enter(String user, String password) {
    if (!user.isEmpty()) {
      page.locator("#user").fill(user);
    }
    page.locator("#password").fill(password);
    page.locator("#credentials button").click();
  }

  @Test
  @Feature("security: Plain")
  void aUsersNameAndPasswordPassThroughTlsAlone() throws IOException {
    ServerCertificates certificates =
        ServerCertificates.orSelfSigned(
            new CertificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem")),
            List.of("127.0.0.1"));
    PasswordVerifier verifier =
        (user, password, from) ->
            CompletableFuture.completedFuture(
                user.equals("alice") && new String(password).equals("wonderland 1865")
                    ? Optional.of(Identity.full("alice"))
                    : Optional.empty());
    VeNCrypt users = VeNCrypt.builder().certificates(certificates).users(verifier).build();
    serve(
        WebOptions.defaults().withTls(certificates), users, VncAuthentication.ofPassword(PASSWORD));
    open("https://127.0.0.1:" + port + "/");
    page.locator("#user").waitFor();
    enter("alice", "wonderland 1865");
    waitForStatus("Connected");
    assertThat(server.clients())
        .singleElement()
        .satisfies(info -> assertThat(info.identity().name()).isEqualTo("alice"));
    context.close();
    server.close();

    // Without TLS around it noVNC could take none of VeNCrypt's, and is offered none.
    serve(WebOptions.defaults(), users, VncAuthentication.ofPassword(PASSWORD));
    open("http://127.0.0.1:" + port + "/");
    page.locator("#password").waitFor();
    assertThat(page.locator("#user").isVisible()).isFalse();
    enter("", PASSWORD);
    waitForStatus("Connected");
  }

  @Test
  @Feature("security: RA2ne")
  void withoutTlsAroundItThePasswordIsEncryptedByRsaAes() throws IOException {
    serve(
        WebOptions.defaults(),
        new SecurityTypes()
            .users(
                new UserList(List.of(new UserList.User(Identity.full("alice"), "wonderland 1865"))))
            .rsaKey(RsaKeyFile.orMade(folder.resolve("rsa.pem")))
            .build()
            .toArray(SecurityType[]::new));
    open("http://127.0.0.1:" + port + "/");
    page.locator("#user").waitFor();
    enter("alice", "looking-glass 1871");
    waitForStatus("authentication failed");
    page.locator("#reconnect").click();
    page.locator("#user").waitFor();
    enter("alice", "wonderland 1865");
    waitForStatus("Connected");
    desktop.fill(10, 10, 600, 300, 0x00ccff);
    waitForPixels();
    assertThat(server.clients())
        .filteredOn(info -> info.state() == org.dmore.rfb.ClientInfo.State.RUNNING)
        .singleElement()
        .satisfies(info -> assertThat(info.security()).isEqualTo("RA2ne"));
  }

  @Test
  @Feature("security: token")
  void aTokenInTheFragmentLetsInAndIsSeenByNoOne() throws IOException {
    serve(
        WebOptions.defaults()
            .withTokens(
                (token, from) ->
                    CompletableFuture.completedFuture(
                        token.equals("tökén/+=")
                            ? Optional.of(Identity.viewOnly("alice"))
                            : Optional.empty())),
        VncAuthentication.ofPassword(PASSWORD));
    List<String> requests = new ArrayList<>();
    open("about:blank");
    page.onRequest(request -> requests.add(request.url()));
    page.navigate("http://127.0.0.1:" + port + "/#token=t%C3%B6k%C3%A9n%2F%2B%3D");
    waitForStatus("Connected");
    waitForPixels();
    assertThat(page.url()).isEqualTo("http://127.0.0.1:" + port + "/");
    assertThat(requests).isNotEmpty().noneMatch(url -> url.substring(7).contains("k%C3%A9n"));
    assertThat(server.clients())
        .singleElement()
        .satisfies(info -> assertThat(info.identity().name()).isEqualTo("alice"));
    page.keyboard().press("a");
    page.reload();
    page.locator("#password").waitFor();
    assertThat(input.recordings()).noneMatch(sink -> !sink.events("key ").isEmpty());
  }

  @Test
  void aWrongTokenIsRefused() throws IOException {
    serve(
        WebOptions.defaults()
            .withTokens((token, from) -> CompletableFuture.completedFuture(Optional.empty())),
        new NoAuthentication());
    open("http://127.0.0.1:" + port + "/#token=old");
    waitForStatus("lost or refused");
    assertThat(server.clients()).isEmpty();
  }
}
