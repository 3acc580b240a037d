package org.dmore.rfb.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressBlocklistTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final AddressBlocklist list = new AddressBlocklist(5, Duration.ofSeconds(10), now::get);

  private static SocketAddress address(String ip) {
    try {
      return new InetSocketAddress(InetAddress.getByName(ip), 1);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void fail(String ip, int times) {
    for (int i = 0; i < times; i++) {
      list.failed(address(ip));
    }
  }

  @Test
  void theFifthFailureBlocksForTenSecondsAndEachFurtherOneForTwiceAsLong() {
    fail("192.0.2.1", 4);
    assertThat(list.blockedFor(address("192.0.2.1"))).isZero();
    fail("192.0.2.1", 1);
    assertThat(list.blockedFor(address("192.0.2.1"))).isEqualTo(Duration.ofSeconds(10));
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(list.blockedFor(address("192.0.2.1"))).isZero();
    fail("192.0.2.1", 1);
    assertThat(list.blockedFor(address("192.0.2.1"))).isEqualTo(Duration.ofSeconds(20));
    fail("192.0.2.1", 100);
    assertThat(list.blockedFor(address("192.0.2.1"))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void aSuccessForgetsTheFailures() {
    fail("192.0.2.1", 4);
    list.succeeded(address("192.0.2.1"));
    fail("192.0.2.1", 4);
    assertThat(list.blockedFor(address("192.0.2.1"))).isZero();
  }

  @Test
  void othersAreNotBlocked() {
    fail("192.0.2.1", 9);
    assertThat(list.blockedFor(address("192.0.2.2"))).isZero();
  }

  @Test
  void anIpv6ClientIsKnownByItsNetwork() {
    fail("2001:db8:0:1::1", 3);
    fail("2001:db8:0:1::2", 2);
    assertThat(list.blockedFor(address("2001:db8:0:1::3"))).isPositive();
    assertThat(list.blockedFor(address("2001:db8:0:2::3"))).isZero();
  }

  @Test
  void guessesFromEverNewAddressesBlockThoseThatNeverSucceeded() {
    list.succeeded(address("192.0.2.99"));
    for (int i = 0; i < 49; i++) {
      fail("198.51.100." + i, 1);
    }
    assertThat(list.blockedFor(address("203.0.113.1"))).isZero();
    fail("198.51.100.49", 1);
    assertThat(list.blockedFor(address("203.0.113.1"))).isEqualTo(Duration.ofSeconds(10));
    assertThat(list.blockedFor(address("192.0.2.99"))).isZero();
    for (int i = 50; i < 250; i++) {
      fail("198.51.100." + i, 1);
    }
    // However many they are, the owner may try from a new address every 5 min.
    assertThat(list.blockedFor(address("203.0.113.1"))).isEqualTo(Duration.ofMinutes(5));
    now.addAndGet(Duration.ofMinutes(16).toNanos());
    assertThat(list.blockedFor(address("203.0.113.1"))).isZero();
    fail("198.51.100.1", 1);
    assertThat(list.blockedFor(address("203.0.113.1"))).isZero();
  }

  @Test
  void oneAddressAloneBlocksNoOthers() {
    fail("198.51.100.1", 1000);
    assertThat(list.blockedFor(address("203.0.113.1"))).isZero();
  }

  @Test
  void oneThatSucceededBeforeIsStillBlockedForItsOwnFailures() {
    list.succeeded(address("192.0.2.99"));
    fail("192.0.2.99", 5);
    assertThat(list.blockedFor(address("192.0.2.99"))).isEqualTo(Duration.ofSeconds(10));
  }
}
