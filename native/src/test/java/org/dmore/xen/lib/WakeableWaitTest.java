package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WakeableWaitTest {
  private static final int LONG = 60_000;

  private WakeableWait wait;
  private int descriptor;

  @BeforeEach
  void open() throws Exception {
    wait = new WakeableWait();
    descriptor = CLibrary.eventfd(0, CLibrary.EFD_NONBLOCK);
  }

  @AfterEach
  void close() {
    wait.close();
    CLibrary.close(descriptor);
  }

  @Test
  void timeEndsIt() {
    assertThat(wait.await(descriptor, 0)).isFalse();
    assertThat(wait.await(-1, 10)).isFalse();
  }

  @Test
  void aReadableDescriptorEndsIt() {
    CLibrary.eventfd_write(descriptor, 1);
    assertThat(wait.await(descriptor, LONG)).isFalse();
  }

  @Test
  void aWakeupEndsOneWait() {
    wait.wake();
    wait.wake();
    assertThat(wait.await(descriptor, LONG)).isTrue();
    assertThat(wait.await(descriptor, 0)).isFalse();
  }

  @Test
  void anotherThreadsWakeupEndsIt() throws Exception {
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> wait.await(descriptor, LONG));
    wait.wake();
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingEndsIt() throws Exception {
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> wait.await(descriptor, LONG));
    wait.close();
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(wait.await(descriptor, LONG)).isTrue();
    wait.wake();
  }
}
