package org.dmore.coordinator.cli.vnc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VncPasswordFileTest {
  @Test
  void aPasswordIsWrittenAsVncpasswdDoes() {
    // echo password | vncpasswd -f | xxd -p
    assertThat(HexFormat.of().formatHex(VncPasswordFile.obfuscated("password")))
        .isEqualTo("dbd83cfd727a1458");
    assertThat(VncPasswordFile.obfuscated("123456789"))
        .isEqualTo(VncPasswordFile.obfuscated("12345678"));
  }

  @Test
  void theFileIsItsOwnersAloneAndGoes() throws Exception {
    Path path;
    try (VncPasswordFile file = VncPasswordFile.write("geheim")) {
      path = file.path();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
      assertThat(path).hasBinaryContent(VncPasswordFile.obfuscated("geheim"));
    }
    assertThat(path).doesNotExist();
  }
}
