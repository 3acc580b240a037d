package org.dmore.rfb.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentBrowsersTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final RecentBrowsers browsers = new RecentBrowsers(Duration.ofNanos(10), clock::get);

  private static InetSocketAddress at(int host, int port) {
    return new InetSocketAddress("10.0." + host / 256 + "." + host % 256, port);
  }

  @Test
  void anAddressIsRememberedWhateverItsPortAndForAWhile() {
    browsers.add(at(1, 1));
    assertThat(browsers.has(at(1, 2))).isTrue();
    assertThat(browsers.has(at(2, 1))).isFalse();
    clock.addAndGet(9);
    assertThat(browsers.has(at(1, 1))).isTrue();
    clock.addAndGet(1);
    assertThat(browsers.has(at(1, 1))).isFalse();
  }

  @Test
  void theOneThatSpokeLongestAgoIsForgottenFirst() {
    for (int i = 0; i < 1024; i++) {
      browsers.add(at(i, 1));
    }
    browsers.add(at(0, 2));
    browsers.add(at(5000, 1));
    assertThat(browsers.has(at(0, 1))).isTrue();
    assertThat(browsers.has(at(1, 1))).isFalse();
    assertThat(browsers.has(at(5000, 1))).isTrue();
  }
}
