package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running JDK's own files are the ELF files to look at: they are there on every machine. */
class LibraryClosureTest {
  private static final Path HOME = Path.of(System.getProperty("java.home"));

  @TempDir Path folder;

  @Test
  void aProgramNeedsWhatTheLoaderSaysThatItNeeds() throws IOException {
    ExternalProgram ldd = new ExternalProgram("ldd", "install the package libc-bin");
    Assumptions.assumeTrue(ldd.exists(), "ldd is not there");
    Path libjvm = HOME.resolve("lib/server/libjvm.so");
    LibraryClosure closure = new LibraryClosure(Sysroot.host());
    closure.add(libjvm, libjvm.getParent().toString());

    Set<String> expected =
        Pattern.compile("^\\s*(\\S+\\.so[.0-9]*) => ", Pattern.MULTILINE)
            .matcher(ldd.run(folder, libjvm.toString()))
            .results()
            .map((MatchResult line) -> line.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> found =
        closure.libraries().keySet().stream()
            .map(path -> path.substring(path.lastIndexOf('/') + 1))
            .filter(name -> !name.startsWith("ld-linux"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(expected).contains("libc.so.6");
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aProgramsLoaderComesAlongAndItsOwnNeighboursDoNot() throws IOException {
    Path java = HOME.resolve("bin/java").toRealPath();
    LibraryClosure closure = new LibraryClosure(Sysroot.host());
    closure.add(java, "/opt/runtime/bin");

    assertThat(ElfFile.read(java).interpreter()).isPresent();
    assertThat(closure.libraries()).containsKey(ElfFile.read(java).interpreter().get());
    assertThat(ElfFile.read(java).needed()).contains("libjli.so");
    assertThat(closure.libraries().keySet()).noneMatch(path -> path.endsWith("libjli.so"));
  }

  @Test
  void aMissingLibraryIsNamedWithTheFileThatNeedsIt() throws IOException {
    Path libjvm = HOME.resolve("lib/server/libjvm.so");
    Files.createDirectories(folder.resolve("empty"));
    LibraryClosure closure = new LibraryClosure(new Sysroot(List.of(folder.resolve("empty"))));

    assertThatThrownBy(() -> closure.add(libjvm, "/opt/lib"))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("library=lib\\S+ is missing, which libjvm.so needs: add the package.*");
  }

  @Test
  void whatIsNotElfIsRefusedAndWhatIsBrokenSaysSo() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "#!/bin/sh\n" + " ".repeat(100));
    byte[] bytes = Files.readAllBytes(HOME.resolve("bin/java").toRealPath());
    byte[] cut = java.util.Arrays.copyOf(bytes, 200);
    Path broken = Files.write(folder.resolve("broken"), cut);

    assertThatThrownBy(() -> ElfFile.read(text))
        .hasMessage("file=" + text + " is not a 64-bit little-endian ELF file");
    assertThatThrownBy(() -> ElfFile.read(broken)).hasMessageContaining("is broken");
    assertThat(new Initramfs().withLibrariesOf(text, "/text", Sysroot.host()).paths()).isEmpty();
  }
}
