package org.dmore.rfb.security.rsaaes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.EAXBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Identity;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.SharedPasswords;
import org.dmore.rfb.security.UserList;
import org.dmore.rfb.security.tls.RsaKeyFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RSA-AES by a client that is written after TigerVNC's, on another implementation of EAX. */
class RsaAesTest {
  private static final byte[] KEY_A = {4, 1, 0, 0, 0, 0, 0, 'a'};

  @TempDir static Path home;
  private static KeyPair serverKey;

  private final MemoryDesktop desktop = new MemoryDesktop(300, 200);
  private final RecordingInput input = new RecordingInput();
  private final UserList users =
      new UserList(
          List.of(
              new UserList.User(Identity.full("älice"), "wünderland"),
              new UserList.User(Identity.viewOnly("bob"), "baumeister")));
  private RfbServer server;
  private int port;

  @BeforeAll
  static void makeKey() throws IOException {
    serverKey = RsaKeyFile.orMade(home.resolve("rsa.pem"));
  }

  @BeforeEach
  void serve() throws IOException {
    desktop.scribble(new Random(7), 0, 0, 300, 200);
    serve(RsaAes.all(serverKey, users, true));
  }

  private void serve(List<RsaAes> types) throws IOException {
    stop();
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(input)
            .security(types.toArray(RsaAes[]::new))
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** One direction of the client's. */
  private static final class Direction {
    private final byte[] key;
    private final byte[] nonce = new byte[16];

    Direction(byte[] key) {
      this.key = key;
    }

    byte[] run(boolean encrypt, byte[] header, byte[] in) throws IOException {
      EAXBlockCipher eax = new EAXBlockCipher(AESEngine.newInstance());
      eax.init(encrypt, new AEADParameters(new KeyParameter(key), 128, nonce, header));
      byte[] out = new byte[eax.getOutputSize(in.length)];
      try {
        int done = eax.processBytes(in, 0, in.length, out, 0);
        eax.doFinal(out, done);
      } catch (InvalidCipherTextException e) {
        throw new IOException(e);
      }
      for (int i = 0; i < 16 && ++nonce[i] == 0; i++) {
        // carry
      }
      return out;
    }
  }

  private static final class Output extends OutputStream {
    private final DataOutputStream out;
    private final Direction direction;

    Output(OutputStream out, byte[] key) {
      this.out = new DataOutputStream(out);
      this.direction = new Direction(key);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int at, int length) throws IOException {
      byte[] header = {(byte) (length >> 8), (byte) length};
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      message.write(header);
      message.write(direction.run(true, header, Arrays.copyOfRange(bytes, at, at + length)));
      out.write(message.toByteArray());
    }
  }

  private static final class Input extends InputStream {
    private final DataInputStream in;
    private final Direction direction;
    private byte[] message = {};
    private int at;

    Input(InputStream in, byte[] key) {
      this.in = new DataInputStream(in);
      this.direction = new Direction(key);
    }

    /** A whole message. */
    byte[] next() throws IOException {
      byte[] header = new byte[2];
      int first = in.read();
      if (first < 0) {
        return new byte[0];
      }
      header[0] = (byte) first;
      header[1] = in.readByte();
      byte[] encrypted = new byte[((header[0] & 0xff) << 8 | (header[1] & 0xff)) + 16];
      in.readFully(encrypted);
      return direction.run(false, header, encrypted);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (at == message.length) {
        message = next();
        at = 0;
        if (message.length == 0) {
          return -1;
        }
      }
      int n = Math.min(length, message.length - at);
      System.arraycopy(message, at, bytes, offset, n);
      at += n;
      return n;
    }
  }

  /** A client's side of the key exchange, with something wrong if a test wants it. */
  private static class Peer {
    final RsaAes.Variant variant;
    final NullClient client;
    final int keyLength;
    final byte[] random;
    KeyPair key;
    byte[] serverPublic;
    byte[] ownPublic;
    Input in;
    Output out;

    Peer(RsaAes.Variant variant, int port) throws Exception {
      this.variant = variant;
      this.keyLength = variant.name().endsWith("256") ? 32 : 16;
      this.random = new byte[keyLength];
      new Random(5).nextBytes(random);
      client = NullClient.open(port);
      client.version("003.008");
      client.in().readFully(new byte[client.in().readUnsignedByte()]);
      int number =
          switch (variant) {
            case RA2 -> 5;
            case RA2NE -> 6;
            case RA2_256 -> 129;
            case RA2NE_256 -> 130;
          };
      client.send((byte) number);
    }

    MessageDigest hash() throws Exception {
      return MessageDigest.getInstance(keyLength == 32 ? "SHA-256" : "SHA-1");
    }

    byte[] encryptedRandom(RSAPublicKey theirs) throws Exception {
      Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      rsa.init(Cipher.ENCRYPT_MODE, theirs);
      return rsa.doFinal(random);
    }

    byte[] ownHash() throws Exception {
      MessageDigest hash = hash();
      hash.update(ownPublic);
      return hash.digest(serverPublic);
    }

    void exchange() throws Exception {
      int bits = client.in().readInt();
      assertThat(bits).isEqualTo(3072);
      byte[] modulus = new byte[bits / 8];
      byte[] exponent = new byte[bits / 8];
      client.in().readFully(modulus);
      client.in().readFully(exponent);
      serverPublic = publicBytes(bits, modulus, exponent);
      RSAPublicKey theirs =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA")
                  .generatePublic(
                      new RSAPublicKeySpec(
                          new BigInteger(1, modulus), new BigInteger(1, exponent)));
      assertThat(theirs).isEqualTo(serverKey.getPublic());

      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(1024);
      key = generator.generateKeyPair();
      RSAPublicKey own = (RSAPublicKey) key.getPublic();
      ownPublic =
          publicBytes(1024, fixed(own.getModulus(), 128), fixed(own.getPublicExponent(), 128));
      client.send(ownPublic);
      byte[] encrypted = encryptedRandom(theirs);
      client.send(new byte[] {(byte) (encrypted.length >> 8), (byte) encrypted.length});
      client.send(encrypted);

      byte[] theirRandom = new byte[client.in().readUnsignedShort()];
      client.in().readFully(theirRandom);
      Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      rsa.init(Cipher.DECRYPT_MODE, key.getPrivate());
      theirRandom = rsa.doFinal(theirRandom);
      assertThat(theirRandom).hasSize(keyLength);

      in = new Input(client.in(), sessionKey(random, theirRandom));
      out = new Output(client.socket().getOutputStream(), sessionKey(theirRandom, random));
    }

    void proveKeys() throws Exception {
      MessageDigest hash = hash();
      hash.update(serverPublic);
      byte[] wanted = hash.digest(ownPublic);
      assertThat(in.next()).isEqualTo(wanted);
      out.write(ownHash());
    }

    byte[] sessionKey(byte[] first, byte[] second) throws Exception {
      MessageDigest hash = hash();
      hash.update(first);
      return Arrays.copyOf(hash.digest(second), keyLength);
    }

    void password(String user, String password) throws IOException {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      for (String one : List.of(user, password)) {
        byte[] bytes = one.getBytes(StandardCharsets.UTF_8);
        both.write(bytes.length);
        both.write(bytes);
      }
      out.write(both.toByteArray());
      if (!variant.name().contains("NE")) {
        client.upgrade(in, out);
      }
    }

    static byte[] publicBytes(int bits, byte[] modulus, byte[] exponent) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(bits);
      out.write(modulus);
      out.write(exponent);
      return bytes.toByteArray();
    }

    static byte[] fixed(BigInteger value, int length) {
      byte[] bytes = value.toByteArray();
      byte[] result = new byte[length];
      int n = Math.min(length, bytes.length);
      System.arraycopy(bytes, bytes.length - n, result, length - n, n);
      return result;
    }
  }

  @ParameterizedTest
  @EnumSource(RsaAes.Variant.class)
  void isUsedFromFirstPixelToLastKey(RsaAes.Variant variant) throws Exception {
    Peer peer = new Peer(variant, port);
    try (NullClient client = peer.client) {
      peer.exchange();
      peer.proveKeys();
      assertThat(peer.in.next()).containsExactly(1);
      peer.password("älice", "wünderland");
      assertThat(client.in().readInt()).isZero();
      client.init(true);
      client.readUntilSame(desktop);
      client.send(KEY_A);
      await().until(() -> input.last().events("key").size() == 1);
      desktop.fill(10, 10, 280, 150, 0x778899);
      client.readUntilSame(desktop);
      assertThat(server.clients())
          .extracting(ClientInfo::security, it -> it.identity().name())
          .containsExactly(
              org.assertj.core.api.Assertions.tuple(variant.name().replace("NE", "ne"), "älice"));
    }
    await().until(() -> server.clients().isEmpty());
    assertThat(input.last().events()).endsWith("close");
  }

  @ParameterizedTest
  @CsvSource({"RA2_256,bob,falsch", "RA2,'',''", "RA2NE,älice,''", "RA2NE_256,carol,baumeister"})
  void aWrongPasswordIsRejectedWithAReason(RsaAes.Variant variant, String user, String password)
      throws Exception {
    Peer peer = new Peer(variant, port);
    try (NullClient client = peer.client) {
      peer.exchange();
      peer.proveKeys();
      peer.in.next();
      peer.password(user, password);
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).isEqualTo("authentication failed");
    }
  }

  @Test
  void withoutUsersThePasswordAloneIsAskedFor() throws Exception {
    serve(
        RsaAes.all(
            serverKey,
            new SharedPasswords("ganz langes geheimnis"::toCharArray, "nur schauen"::toCharArray),
            false));
    for (String password : List.of("ganz langes geheimnis", "nur schauen", "ganz lan")) {
      Peer peer = new Peer(RsaAes.Variant.RA2, port);
      try (NullClient client = peer.client) {
        peer.exchange();
        peer.proveKeys();
        assertThat(peer.in.next()).containsExactly(2);
        peer.password("", password);
        assertThat(client.in().readInt()).isEqualTo(password.equals("ganz lan") ? 1 : 0);
      }
    }
  }

  @Test
  void aRandomNumberThatDoesNotDecryptIsNotToldOfButTheTagIsWrong() throws Exception {
    Peer peer =
        new Peer(RsaAes.Variant.RA2_256, port) {
          @Override
          byte[] encryptedRandom(RSAPublicKey theirs) {
            byte[] garbage = new byte[384];
            garbage[200] = 7;
            return garbage;
          }
        };
    try (NullClient client = peer.client) {
      peer.exchange();
      // The server goes on as if nothing were wrong: its hash comes, under a key of its own.
      assertThat(client.in().readUnsignedShort()).isEqualTo(32);
      client.in().readFully(new byte[32 + 16]);
      peer.out.write(peer.ownHash());
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(input.recordings()).isEmpty();
  }

  @Test
  void hashesOfOtherKeysEndTheConnection() throws Exception {
    Peer peer =
        new Peer(RsaAes.Variant.RA2, port) {
          @Override
          byte[] ownHash() {
            return new byte[20];
          }
        };
    try (NullClient client = peer.client) {
      peer.exchange();
      peer.proveKeys();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aChangedMessageEndsTheConnectionAndItsKeysAreNotTaken() throws Exception {
    Peer peer = new Peer(RsaAes.Variant.RA2_256, port);
    try (NullClient client = peer.client) {
      peer.exchange();
      peer.proveKeys();
      peer.in.next();
      peer.password("älice", "wünderland");
      assertThat(client.in().readInt()).isZero();
      client.init(true);
      client.readUntilSame(desktop);
      byte[] forged = new byte[2 + 8 + 16];
      forged[1] = 8;
      client.socket().getOutputStream().write(forged);
      await().until(() -> server.clients().isEmpty());
      assertThat(input.recordings())
          .allSatisfy(recording -> assertThat(recording.events()).containsExactly("close"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1023, 8193, -1})
  void keysOfOtherSizesAreRefusedBeforeTheyAreRead(int bits) throws Exception {
    Peer peer = new Peer(RsaAes.Variant.RA2, port);
    try (NullClient client = peer.client) {
      client.in().readFully(new byte[4 + 2 * 384]);
      client.send(Peer.publicBytes(bits, new byte[0], new byte[0]));
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,3", "6,3", "7,0", "7,1", "7,4", "7,ffffffffffffffff"})
  void numbersThatAreNoKeyAreRefused(String lowDigit, String exponent) throws Exception {
    Peer peer = new Peer(RsaAes.Variant.RA2_256, port);
    try (NullClient client = peer.client) {
      client.in().readFully(new byte[4 + 2 * 384]);
      byte[] modulus = new byte[1024];
      modulus[0] = (byte) (lowDigit.equals("0") ? 0 : 0x80);
      modulus[1023] = (byte) Integer.parseInt(lowDigit, 16);
      client.send(Peer.publicBytes(8192, modulus, Peer.fixed(new BigInteger(exponent, 16), 1024)));
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void theServersKeyIsKeptAndOneThatIsTooShortIsNotTaken() throws Exception {
    assertThat(RsaKeyFile.orMade(home.resolve("rsa.pem")).getPublic())
        .isEqualTo(serverKey.getPublic());
    assertThat(RsaAes.fingerprint(serverKey)).matches("([0-9a-f]{2}-){7}[0-9a-f]{2}");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    assertThatThrownBy(() -> RsaAes.all(generator.generateKeyPair(), users, true))
        .hasMessageContaining("rsa-key-bits=1024");
  }
}
