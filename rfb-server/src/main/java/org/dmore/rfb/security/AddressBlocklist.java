package org.dmore.rfb.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Blocks addresses that failed to authenticate too often: after the given number of failures for
 * the given time, and twice as long after each further one. A success forgets it all.
 *
 * <p>An IPv6 client is known by its /64, since it may take any address within. The list is bounded;
 * when it is full, the address that failed longest ago is forgotten. Thread-safe.
 */
public final class AddressBlocklist {
  private static final int MAX_ADDRESSES = 4096;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final int maxFailures;
  private final Duration firstBlock;
  private final LongSupplier nanoClock;
  private final Map<ByteBuffer, Failures> addresses = new LinkedHashMap<>();

  /**
   * Makes an empty list.
   *
   * @param maxFailures failures in a row until the first block
   * @param firstBlock how long the first block lasts
   * @param nanoClock {@link System#nanoTime}
   */
  public AddressBlocklist(int maxFailures, Duration firstBlock, LongSupplier nanoClock) {
    this.maxFailures = maxFailures;
    this.firstBlock = firstBlock;
    this.nanoClock = nanoClock;
  }

  /** How long the address stays blocked; zero if it is not. */
  public synchronized Duration blockedFor(SocketAddress address) {
    Failures failures = addresses.get(key(address));
    if (failures == null || failures.count < maxFailures) {
      return Duration.ZERO;
    }
    long left = failures.until - nanoClock.getAsLong();
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  /** The address failed once more. */
  public synchronized void failed(SocketAddress address) {
    ByteBuffer key = key(address);
    Failures failures = addresses.remove(key);
    if (failures == null) {
      failures = new Failures();
      if (addresses.size() >= MAX_ADDRESSES) {
        addresses.remove(addresses.keySet().iterator().next());
      }
    }
    addresses.put(key, failures);
    failures.count++;
    if (failures.count >= maxFailures) {
      int doublings = Math.min(failures.count - maxFailures, 20);
      long block = Math.min(firstBlock.toNanos() << doublings, LONGEST.toNanos());
      failures.until = nanoClock.getAsLong() + block;
    }
  }

  /** The address succeeded. */
  public synchronized void succeeded(SocketAddress address) {
    addresses.remove(key(address));
  }

  private static ByteBuffer key(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      if (ip != null) {
        byte[] bytes = ip.getAddress();
        return ByteBuffer.wrap(bytes.length > 8 ? Arrays.copyOf(bytes, 8) : bytes);
      }
    }
    return ByteBuffer.wrap(new byte[0]);
  }

  private static final class Failures {
    private int count;
    private long until;
  }
}
