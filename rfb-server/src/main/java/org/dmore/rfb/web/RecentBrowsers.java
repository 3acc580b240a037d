package org.dmore.rfb.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The addresses that spoke HTTP lately. A browser opens connections in advance and may be slow to
 * use them: where it has shown itself, silence is no sign of a viewer. Bounded; thread-safe.
 */
final class RecentBrowsers {
  private static final int MAX_ADDRESSES = 1024;

  private final Duration memory;
  private final LongSupplier nanoClock;
  private final Map<InetAddress, Long> seen = new LinkedHashMap<>();

  /**
   * Makes an empty list.
   *
   * @param memory how long an address is remembered
   */
  RecentBrowsers(Duration memory, LongSupplier nanoClock) {
    this.memory = memory;
    this.nanoClock = nanoClock;
  }

  /** A browser, or another HTTP client, is at that address. */
  synchronized void add(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      seen.remove(inet.getAddress());
      if (seen.size() >= MAX_ADDRESSES) {
        seen.remove(seen.keySet().iterator().next());
      }
      seen.put(inet.getAddress(), nanoClock.getAsLong());
    }
  }

  synchronized boolean has(SocketAddress address) {
    Long last = address instanceof InetSocketAddress inet ? seen.get(inet.getAddress()) : null;
    return last != null && nanoClock.getAsLong() - last < memory.toNanos();
  }
}
