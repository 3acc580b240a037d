package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysrootTest {
  @TempDir Path folder;
  private Path upper;
  private Path lower;
  private Sysroot sysroot;

  @BeforeEach
  void layOut() throws IOException {
    upper = Files.createDirectories(folder.resolve("upper"));
    lower = Files.createDirectories(folder.resolve("lower/usr/lib")).getParent().getParent();
    Files.createSymbolicLink(lower.resolve("lib"), Path.of("usr/lib"));
    Files.writeString(lower.resolve("usr/lib/libx.so.1.2"), "");
    Files.createSymbolicLink(lower.resolve("usr/lib/libx.so.1"), Path.of("libx.so.1.2"));
    sysroot = new Sysroot(List.of(upper, lower));
  }

  @Test
  void linksOfFilesAndOfFoldersLeadInside() throws IOException {
    Files.createSymbolicLink(upper.resolve("absolute"), Path.of("/lib/../lib/libx.so.1"));

    assertThat(sysroot.find("/lib/libx.so.1")).hasValue(lower.resolve("usr/lib/libx.so.1.2"));
    assertThat(sysroot.find("/absolute")).hasValue(lower.resolve("usr/lib/libx.so.1.2"));
  }

  @Test
  void theTopmostLayerThatHasAFileGivesIt() throws IOException {
    Files.createDirectories(upper.resolve("usr/lib"));
    Files.writeString(upper.resolve("usr/lib/libx.so.1.2"), "upper");

    assertThat(sysroot.get("/lib/libx.so.1")).hasContent("upper");
    assertThat(sysroot.list("/usr/lib")).containsExactly("libx.so.1", "libx.so.1.2");
  }

  @Test
  void aLinkThatLeadsOutOrRoundInCirclesFindsNothing() throws IOException {
    Files.writeString(folder.resolve("outside"), "");
    Files.createSymbolicLink(upper.resolve("out"), Path.of("../outside"));
    Files.createSymbolicLink(upper.resolve("round"), Path.of("round"));

    assertThat(sysroot.find("/out")).isEmpty();
    assertThat(sysroot.find("/round")).isEmpty();
    assertThatThrownBy(() -> sysroot.get("/none"))
        .isInstanceOf(IOException.class)
        .hasMessage("file=/none is in none of upper, lower");
  }
}
