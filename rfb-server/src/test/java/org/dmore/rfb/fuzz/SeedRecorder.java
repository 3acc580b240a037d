package org.dmore.rfb.fuzz;

import com.shinyhut.vernacular.client.VernacularClient;
import com.shinyhut.vernacular.client.VernacularConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.codec.ServerClipboard;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;

/**
 * Writes seeds: what clients said in real sessions, and a pixel format for each way to have one.
 */
public final class SeedRecorder {
  private static final int HANDSHAKE_LENGTH = 14;

  private final Path seeds;

  private SeedRecorder(Path seeds) {
    this.seeds = seeds;
  }

  /** Takes the folder to write to. */
  public static void main(String[] arguments) throws Exception {
    SeedRecorder recorder = new SeedRecorder(Path.of(arguments[0]));
    recorder.handshakes();
    recorder.veNCrypt();
    recorder.pixels();
    recorder.extensions();
    recorder.frames();
    recorder.clipboards();
    for (int encoding : List.of(0, 2, 5, 6, 16)) {
      recorder.session("null-client-" + encoding, port -> nullClient(port, encoding));
    }
    recorder.session("vernacular", SeedRecorder::vernacular);
  }

  private void write(FuzzTarget target, String name, byte[] bytes) throws IOException {
    Path folder = Files.createDirectories(seeds.resolve(target.label()));
    Files.write(folder.resolve(name), bytes);
  }

  private void handshakes() throws IOException {
    for (String version : List.of("003.003", "003.007", "003.008", "003.889", "004.001")) {
      for (int type : List.of(1, 2, 5, 6, 16, 19, 129)) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.write(type == 1 ? 255 : 0);
        said.writeBytes(("RFB " + version + "\n").getBytes(StandardCharsets.US_ASCII));
        if (!version.equals("003.003")) {
          said.write(type);
        }
        if (type == 2) {
          said.writeBytes(new byte[16]);
        }
        said.write(1);
        write(FuzzTarget.HANDSHAKE, version + "-" + type, said.toByteArray());
      }
    }
  }

  /** VeNCrypt 0.2, a sub-type, and the beginning of a TLS ClientHello. */
  private void veNCrypt() throws IOException {
    for (int subType : List.of(257, 258, 259, 260, 263)) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      said.write(subType % 2 == 0 ? 0 : 200);
      said.writeBytes("RFB 003.008\n".getBytes(StandardCharsets.US_ASCII));
      said.writeBytes(new byte[] {19, 0, 2, 0, 0, (byte) (subType >> 8), (byte) subType});
      said.writeBytes(new byte[] {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3});
      said.writeBytes(new byte[40]);
      write(FuzzTarget.HANDSHAKE, "vencrypt-" + subType, said.toByteArray());
    }
  }

  private void pixels() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < Format.KNOWN.size(); i++) {
      ByteArrayOutputStream seed = new ByteArrayOutputStream();
      seed.writeBytes(Format.KNOWN.get(i).toBytes());
      seed.write(i);
      byte[] rest = new byte[2 + 4 * 12];
      random.nextBytes(rest);
      seed.writeBytes(rest);
      write(FuzzTarget.PIXELS, "format-" + i, seed.toByteArray());
    }
  }

  private void extensions() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream said = new DataOutputStream(bytes);
    said.writeByte(5);
    int[] offered = {7, 16, 1, -239, -223, -308, -312, -313, -309, -307, -257, -316, 0xc0a1e5ce};
    said.writeShort(0x200);
    said.writeShort(offered.length);
    for (int encoding : offered) {
      said.writeInt(encoding);
    }
    for (int quality = -32; quality <= -31; quality++) {
      said.writeShort(0x200);
      said.writeShort(2);
      said.writeInt(7);
      said.writeInt(quality);
    }
    // EnableContinuousUpdates, a Fence that asks for an answer, xvp, the clipboard's capabilities.
    said.write(new byte[] {(byte) 150, 1, 0, 0, 0, 0, 0, 90, 0, 60});
    said.write(new byte[] {(byte) 248, 0, 0, 0, (byte) 0x80, 0, 0, 1, 3, 1, 2, 3});
    said.write(new byte[] {(byte) 250, 0, 1, 2});
    said.write(new byte[] {6, 0, 0, 0, -1, -1, -1, -8, 0x1f, 0, 0, 1, 0, 0, 4, 0});
    said.write(new byte[] {5, (byte) 0x81, 0, 1, 0, 2, 1, 3, 1, 0, 0, 0, 0, 90, 0, 60});
    said.write(new byte[] {(byte) 150, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    write(FuzzTarget.MESSAGES, "all-extensions", bytes.toByteArray());
  }

  private void frames() throws IOException {
    byte[] header = {3, (byte) 0x82, (byte) 0x85, 0x37, (byte) 0xfa, 0x21, 0x3d};
    byte[] hello = Arrays.copyOf(header, header.length + 5);
    write(FuzzTarget.WEBSOCKET, "binary", hello);
    byte[] pieces = {
      1,
      2,
      (byte) 0x81,
      0,
      0,
      0,
      0,
      1,
      (byte) 0x89,
      (byte) 0x82,
      1,
      2,
      3,
      4,
      9,
      9,
      (byte) 0x80,
      (byte) 0x82,
      4,
      3,
      2,
      1,
      2,
      3,
      (byte) 0x88,
      (byte) 0x80,
      0,
      0,
      0,
      0
    };
    write(FuzzTarget.WEBSOCKET, "fragments-and-controls", pieces);
    byte[] longer = new byte[1 + 8 + 300];
    longer[0] = 100;
    longer[1] = (byte) 0x82;
    longer[2] = (byte) 0xfe;
    longer[3] = 1;
    longer[4] = 44;
    write(FuzzTarget.WEBSOCKET, "length-16", longer);
  }

  private void clipboards() throws IOException {
    for (String text : List.of("", "text", "lines\nof\ntext", "x".repeat(9_000))) {
      ByteBuf out = Unpooled.buffer();
      RfbWriter.clipboardProvide(out, new ServerClipboard(text));
      out.skipBytes(8);
      byte[] body = new byte[out.readableBytes()];
      out.readBytes(body);
      write(FuzzTarget.CLIPBOARD, "provide-" + text.length(), body);
    }
    write(FuzzTarget.CLIPBOARD, "caps", new byte[] {0x1f, 0, 0, 1, 0, 0, 4, 0});
    write(FuzzTarget.CLIPBOARD, "request", new byte[] {2, 0, 0, 1});
  }

  private interface Driver {
    void drive(int port) throws Exception;
  }

  /** Records what a client says to a server through a proxy. */
  private void session(String name, Driver driver) throws Exception {
    MemoryDesktop desktop = new MemoryDesktop(96, 70);
    desktop.scribble(new Random(1), 0, 0, 96, 70);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (RfbServer server =
            RfbServer.builder()
                .desktop(desktop)
                .input(InputSinkFactory.viewOnly())
                .security(new NoAuthentication())
                .build();
        ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
      CompletableFuture<Void> copied =
          CompletableFuture.runAsync(
              () -> {
                try (Socket client = proxy.accept();
                    Socket behind = new Socket(InetAddress.getLoopbackAddress(), port)) {
                  CompletableFuture<Void> back =
                      CompletableFuture.runAsync(() -> pump(behind, client));
                  byte[] bytes = new byte[8192];
                  int count;
                  while ((count = client.getInputStream().read(bytes)) > 0) {
                    said.write(bytes, 0, count);
                    behind.getOutputStream().write(bytes, 0, count);
                  }
                  behind.shutdownOutput();
                  back.join();
                } catch (IOException e) {
                  // The client is gone.
                }
              });
      driver.drive(proxy.getLocalPort());
      copied.get(10, TimeUnit.SECONDS);
    }
    byte[] all = said.toByteArray();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    messages.write(6);
    messages.write(all, HANDSHAKE_LENGTH, Math.min(all.length - HANDSHAKE_LENGTH, 4000));
    write(FuzzTarget.MESSAGES, name, messages.toByteArray());
    ByteArrayOutputStream handshake = new ByteArrayOutputStream();
    handshake.write(0);
    handshake.writeBytes(Arrays.copyOf(all, Math.min(all.length, 100)));
    write(FuzzTarget.HANDSHAKE, name, handshake.toByteArray());
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of both is gone.
    }
  }

  private static void nullClient(int port, int encoding) throws IOException {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(
          encoding,
          NullClient.COPY_RECT,
          NullClient.CURSOR,
          NullClient.EXTENDED_DESKTOP_SIZE,
          NullClient.LAST_RECT,
          NullClient.QEMU_KEY);
      client.setPixelFormat(Format.KNOWN.get(encoding));
      client.request(false);
      client.readUpdate();
      client.key(true, 0x61);
      client.key(false, 0x61);
      client.setDesktopSize(10, 20);
      client.request(true, 1, 2, 3, 4);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream more = new DataOutputStream(bytes);
      more.write(new byte[] {5, 1, 0, 9, 0, 8, 5, 0, 0, 9, 0, 8});
      more.write(new byte[] {6, 0, 0, 0, 0, 0, 0, 3, 'a', 'b', 'c'});
      more.write(new byte[] {(byte) 255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1e});
      client.send(bytes.toByteArray());
    }
  }

  private static void vernacular(int port) throws InterruptedException {
    CompletableFuture<Void> seen = new CompletableFuture<>();
    VernacularConfig config = new VernacularConfig();
    config.setScreenUpdateListener(image -> seen.complete(null));
    VernacularClient client = new VernacularClient(config);
    client.start("127.0.0.1", port);
    seen.orTimeout(10, TimeUnit.SECONDS).join();
    client.moveMouse(5, 6);
    client.type("Hello");
    client.stop();
  }
}
