package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.Errno;
import org.junit.jupiter.api.Test;

class HandleTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final Handle handle = new Handle("thing", 42, address -> freed.incrementAndGet());

  @Test
  void closingFreesOnce() {
    handle.close();
    handle.close();
    assertThat(freed).hasValue(1);
    assertThat(handle.isClosed()).isTrue();
    assertRefused(Errno.EBADF, handle::use);
  }

  @Test
  void theLastUserFrees() throws Exception {
    assertThat(handle.use()).isEqualTo(42);
    handle.use();
    handle.close();
    assertThat(freed).hasValue(0);
    handle.leave();
    assertThat(freed).hasValue(0);
    handle.leave();
    assertThat(freed).hasValue(1);
  }

  @Test
  void nobodyEntersWhatIsClosed() {
    assertThat(handle.enter()).isTrue();
    handle.close();
    assertThat(handle.enter()).isFalse();
    handle.leave();
    assertThat(handle.enter()).isFalse();
    assertThat(freed).hasValue(1);
  }

  @Test
  void itIsNeverFreedUnderAUser() throws Exception {
    for (int round = 0; round < 200; round++) {
      AtomicInteger state = new AtomicInteger(1);
      Handle shared = new Handle("thing", 1, address -> state.set(0));
      List<CompletableFuture<Boolean>> users = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        users.add(
            CompletableFuture.supplyAsync(
                () -> {
                  while (shared.enter()) {
                    int seen = state.get();
                    shared.leave();
                    if (seen == 0) {
                      return false;
                    }
                  }
                  return true;
                }));
      }
      shared.close();
      for (CompletableFuture<Boolean> user : users) {
        assertThat(user.get(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(state).hasValue(0);
    }
  }
}
