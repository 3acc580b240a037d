package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the files of a stream whose programs are gone. */
class XlStreamTest {
  @TempDir private Path folder;
  private long gone;

  @BeforeEach
  void runSomething() throws Exception {
    Process process = new ProcessBuilder("true").start();
    gone = process.pid();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void whoEndedWithoutAWordFailed() throws Exception {
    Files.writeString(folder.resolve("pid"), Long.toString(gone));
    assertThat(stream().status()).hasValue(-1);
  }

  @Test
  void whoWroteItsStatusIsBelieved() throws Exception {
    Files.writeString(folder.resolve("pid"), Long.toString(gone));
    Files.writeString(folder.resolve("status"), "3\n");
    assertThat(stream().status()).hasValue(3);
  }

  /** The number of the process is a pipe here: between the two looks all is over. */
  @Test
  void whoWritesItsStatusAndEndsBetweenTwoLooksIsBelieved() throws Exception {
    Path pid = folder.resolve("pid");
    assertThat(new ProcessBuilder("mkfifo", pid.toString()).start().waitFor()).isZero();
    XlStream stream = stream();
    CompletableFuture<OptionalInt> asked =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return stream.status();
              } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
              }
            });
    try (var out = Files.newOutputStream(pid)) { // opens once it is read: after the first look
      Files.writeString(folder.resolve("status"), "0\n");
      out.write(Long.toString(gone).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    assertThat(asked.get(20, TimeUnit.SECONDS)).hasValue(0);
  }

  private XlStream stream() {
    return XlStream.of(folder).orElseThrow();
  }
}
