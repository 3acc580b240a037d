package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The image's reading of the kernel's ip= word, by the shell that the image has. */
class NetworkScriptTest {
  @TempDir Path folder;

  private String parse(String word) throws IOException {
    ExternalProgram busybox = new ExternalProgram("busybox", "install the package busybox-static");
    Assumptions.assumeTrue(busybox.exists(), "busybox is not installed");
    Path script = folder.resolve("network");
    try (InputStream in = DomRImage.class.getResourceAsStream("domr/network")) {
      Files.copy(in, script);
    }
    return busybox.run(folder, "sh", script.toString(), "--parse", word).strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|method=dhcp address= gateway= name= device=eth0",
        "dhcp|method=dhcp address= gateway= name= device=eth0",
        "off|method=off address= gateway= name= device=eth0",
        "::::console:eth1:dhcp|method=dhcp address= gateway= name=console device=eth1",
        "10.77.0.10::10.77.0.254:255.255.255.0::eth0:off"
            + "|method=static address=10.77.0.10/24 gateway=10.77.0.254 name= device=eth0",
        "192.168.1.2:::255.255.252.0:box::"
            + "|method=static address=192.168.1.2/22 gateway= name=box device=eth0",
        "10.0.0.1|method=static address=10.0.0.1/24 gateway= name= device=eth0",
        "10.0.0.1:::0.0.0.0::eth0:none|method=static address=10.0.0.1/0 gateway= name= device=eth0",
        "10.0.0.1:::255.255.255.255::eth0:none"
            + "|method=static address=10.0.0.1/32 gateway= name= device=eth0"
      })
  void theKernelsOwnSyntaxIsUnderstood(String word, String meaning) throws IOException {
    assertThat(parse(word)).isEqualTo(meaning);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1:::255.0.255.0", "10.0.0.1:::24", "10.0.0.1:::255.255.255", "1:::x.0.0.0"})
  void whatIsNoNetmaskLeavesTheNetworkDown(String word) throws IOException {
    assertThat(parse(word)).startsWith("method=off");
  }
}
