package org.dmore.benchmarks.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmulatorTest {
  private final LabPlace place = LabPlace.of("one", Path.of("/src/xen-lab"), Map.of());
  private final Emulator emulator = new Emulator(place, new LabNetwork(place.namespace()));

  @Test
  void runsInTheLabsNetworkUnderItsName() {
    List<String> command = command(Path.of("/cache/initramfs"));
    assertThat(command)
        .startsWith("ip", "netns", "exec", "one")
        .containsSequence("-name", "guest=one-host2")
        .containsSequence("-serial", "file:/src/xen-lab/.work/one/host2/serial.log");
  }

  @Test
  void theSecondHostHasATapAndAnAddressOfItsOwn() {
    assertThat(String.join(" ", command(Path.of("/cache/initramfs"))))
        .contains("ifname=tap2,", "mac=52:54:00:00:00:02", "lab.host=2,/cache/initramfs");
  }

  @Test
  void aCommaInAPathDoesNotEndIt() {
    assertThat(command(Path.of("/a,b/initramfs")))
        .contains("/cache/vmlinuz console=hvc0 quiet lab.host=2,/a,,b/initramfs");
  }

  @Test
  void hostsMayNotWriteWhatTheyAreShown() {
    assertThat(command(Path.of("/cache/initramfs")))
        .contains(
            "local,mount_tag=lab,path=/src/xen-lab/.work/one/share,security_model=none,"
                + "multidevs=remap,readonly=on");
  }

  private List<String> command(Path initramfs) {
    return emulator.command(2, Path.of("/cache/xen"), Path.of("/cache/vmlinuz"), initramfs);
  }
}
