package org.dmore.coordinator.demo;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.vdev.access.IssuerKey;
import org.dmore.vdev.access.MemoryStore;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.vdev.service.ConsoledMain;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.lib.LibDomainPorts;

/**
 * A console's day in a few seconds, for a list of the classes that consoled loads: a guest in the
 * embedded room, a viewer for each encoding that looks and types, a browser's request, keys made,
 * Xen asked for. An image's archive of classes is made of that list.
 *
 * <p>Besides what was loaded on the way, all classes of dmore's own jars are: they are few.
 */
public final class ConsoleRehearsal {
  private static final int[] ENCODINGS = {0, 2, 5, 7, 16, -260};
  private static final int SECURITY_NONE = 1;

  private ConsoleRehearsal() {}

  /** Rehearses, and ends the process. */
  public static void main(String[] arguments) throws Exception {
    Path keys = Files.createTempDirectory("dmore-rehearsal");
    try {
      ConsoledConfig config =
          ConsoledConfig.builder("rehearsal", "")
              .listenOn("127.0.0.1", 0)
              .webPort(0)
              .metricsPort(0)
              .build();
      ConsoleSecurity security = ConsoleSecurity.withKeys("", keys, List.of("localhost"));
      DemoSettings settings = DemoSettings.of(config).withSecurity(security).small();
      try (DemoRoom room =
          DemoRoom.open(settings, new MemoryJournal(), KeyboardFrontend.Listener.NONE)) {
        for (int encoding : ENCODINGS) {
          view(room.address(), encoding);
        }
        // To the port that speaks TLS: its handler is made, and says no.
        request(room.webAddress().orElseThrow());
        String metrics = request(room.metricsAddress().orElseThrow());
        if (!metrics.contains("HTTP/1.1 200")) {
          throw new IOException("the rehearsal got no metrics: " + metrics);
        }
        room.migrate(new MigrationListener() {});
      }
      showToken();
      askForXen();
      loadAll(ConsoledMain.class);
      loadAll(RfbServer.class);
      loadAll(DomainPorts.class);
    } finally {
      delete(keys);
    }
    System.exit(0);
  }

  /** Sees the whole screen in one encoding, and types a key. */
  private static void view(InetSocketAddress address, int encoding) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      in.readFully(new byte[12]);
      out.write("RFB 003.008\n".getBytes(StandardCharsets.US_ASCII));
      in.readFully(new byte[in.readUnsignedByte()]);
      out.writeByte(SECURITY_NONE);
      if (in.readInt() != 0) {
        throw new IOException("the rehearsal's viewer was refused");
      }
      out.writeByte(1);
      int width = in.readUnsignedShort();
      int height = in.readUnsignedShort();
      in.readFully(new byte[16]);
      in.readFully(new byte[in.readInt()]);
      int[] wanted = {encoding, 1, -23, -223, -224, -308, -312, -313, -239, -258, 0xc0a1e5ce};
      out.writeByte(2);
      out.writeByte(0);
      out.writeShort(wanted.length);
      for (int number : wanted) {
        out.writeInt(number);
      }
      for (int[] key : new int[][] {{1, 'a'}, {0, 'a'}}) {
        out.writeByte(4);
        out.writeByte(key[0]);
        out.writeShort(0);
        out.writeInt(key[1]);
      }
      out.writeByte(5);
      out.writeByte(0);
      out.writeShort(width / 2);
      out.writeShort(height / 2);
      out.writeByte(3);
      out.writeByte(0);
      out.writeInt(0);
      out.writeShort(width);
      out.writeShort(height);
      out.flush();
      in.readFully(new byte[256]); // the update has begun, so its encoder is at work
    }
  }

  private static String request(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Has a token checked, and passwords: their algorithms are in the image, or this fails. */
  private static void showToken() throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    IssuerKey key = new IssuerKey("k1", "rehearsal", (ECPublicKey) pair.getPublic());
    long now = System.currentTimeMillis() / 1000;
    String header = "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}";
    String claims =
        ("{\"iss\":\"rehearsal\",\"aud\":\"console:guest\",\"jti\":\"rehearsal\","
                + "\"iat\":%1$d,\"nbf\":%1$d,\"exp\":%2$d,\"right\":\"view\"}")
            .formatted(now, now + 60);
    String signed =
        encode(header.getBytes(StandardCharsets.US_ASCII))
            + "."
            + encode(claims.getBytes(StandardCharsets.US_ASCII));
    Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(pair.getPrivate());
    signer.update(signed.getBytes(StandardCharsets.US_ASCII));
    AccessControl access =
        new AccessControl(
            AccessSettings.ofPassword("geheim").withTokens("guest", List.of(key)),
            MemoryStore.none(),
            Clock.systemUTC());
    ConnectionInfo from =
        ConnectionInfo.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    access.addOneTime("rehearsal", "", "12345678", ConsoleRight.VIEW, 1, Duration.ofMinutes(1));
    boolean in =
        access
                .verify(signed + "." + encode(signer.sign()), from)
                .toCompletableFuture()
                .join()
                .isPresent()
            && access.verify("", "geheim".toCharArray(), from).toCompletableFuture().isDone()
            && access.verify(new byte[16], new byte[16], from).isEmpty();
    if (!in) {
      throw new IOException("the rehearsal's token was refused");
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void askForXen() {
    try (LibDomainPorts ports = LibDomainPorts.open()) {
      ports.xenStore().read("domid");
    } catch (XenException e) {
      System.err.println("rehearsal: no Xen here, as expected: " + e.getMessage());
    }
  }

  /** Loads, and does not initialise, the classes of the jar that a class is of. */
  private static void loadAll(Class<?> of) throws IOException {
    Path jar;
    try {
      jar = Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      List<String> names =
          file.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class") && !name.contains("-info"))
              .filter(name -> !name.contains("/embedded/") && !name.contains("/frontend/"))
              .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
              .toList();
      for (String name : names) {
        try {
          Class<?> unused = Class.forName(name, false, of.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
          System.err.println("rehearsal: " + name + " needs what is not here: " + e.getMessage());
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
