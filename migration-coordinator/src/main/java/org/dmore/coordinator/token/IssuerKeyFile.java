package org.dmore.coordinator.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.ECKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;

/**
 * An issuer's key in a file that is its owner's alone: {@code {"issuer":NAME,"key":JWK}} (RFC
 * 7517).
 */
public final class IssuerKeyFile {
  private static final int LIMIT = 16 << 10;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private IssuerKeyFile() {}

  /**
   * Makes a key and its file.
   *
   * @throws IOException if there is a file already, or it cannot be made
   */
  public static TokenIssuer make(Path file, String issuer, Clock clock) throws IOException {
    TokenIssuer made = TokenIssuer.withNewKey(issuer, clock);
    JsonMapper mapper = JsonMapper.builder().build();
    ObjectNode content = mapper.createObjectNode();
    content.put("issuer", issuer);
    content.set("key", mapper.readTree(made.key().toJSONString()));
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer text = ByteBuffer.wrap((content + "\n").getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        int unused = out.write(text);
      }
      out.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "key=" + file + " is there already: tokens that it signed are good with it alone", e);
    } catch (IOException e) {
      throw new IOException("key=" + file + " cannot be made: " + e, e);
    }
    return made;
  }

  /**
   * Reads a key.
   *
   * @throws IOException if it is not there, cannot be read or used, or is open to others
   */
  public static TokenIssuer read(Path file, Clock clock) throws IOException {
    try {
      if (!java.util.Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS)) {
        throw new IOException("key=" + file + " is open to others: chmod 600 it");
      }
      byte[] bytes;
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes(LIMIT);
      }
      JsonNode content = JsonMapper.builder().build().readTree(bytes);
      return new TokenIssuer(
          content.path("issuer").asText(), ECKey.parse(content.path("key").toString()), clock);
    } catch (NoSuchFileException e) {
      throw new IOException("key=" + file + " is not there: dmore token keygen makes one", e);
    } catch (JsonProcessingException | ParseException | IllegalArgumentException e) {
      // Without the text, which may be the key's.
      throw new IOException("key=" + file + " is no issuer's key");
    }
  }
}
