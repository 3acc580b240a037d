package org.dmore.rfb.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Blocks addresses that failed to authenticate too often: after the given number of failures for
 * the given time, and twice as long after each further one. A success forgets it all.
 *
 * <p>Guesses from ever new addresses are bounded for all of the server: after ten times as many
 * failures, of which one address alone can cause a tenth, addresses that never succeeded are
 * blocked together, for the given time and twice as long after each ten more, 5 min at most. Those
 * that have succeeded before, the owner's, are not held back by what others do; and a quarter of an
 * hour without a failure forgets it.
 *
 * <p>An IPv6 client is known by its /64, since it may take any address within. The list is bounded;
 * when it is full, the address that failed longest ago is forgotten. Thread-safe.
 */
public final class AddressBlocklist {
  private static final int MAX_ADDRESSES = 4096;
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final Duration LONGEST_FOR_ALL = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN_FOR_ALL = Duration.ofMinutes(15);
  private static final int FACTOR_FOR_ALL = 10;
  private static final int MAX_TRUSTED = 256;

  private final int maxFailures;
  private final Duration firstBlock;
  private final LongSupplier nanoClock;
  private final Map<ByteBuffer, Failures> addresses = new LinkedHashMap<>();
  private final Set<ByteBuffer> trusted = new LinkedHashSet<>();
  private final Failures strangers = new Failures();
  private long lastStrangersFailure;

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
    ByteBuffer key = key(address);
    Failures failures = addresses.get(key);
    long left = failures == null ? 0 : left(failures, maxFailures);
    if (!trusted.contains(key)) {
      left = Math.max(left, left(strangers, maxFailures * FACTOR_FOR_ALL));
    }
    return Duration.ofNanos(left);
  }

  private long left(Failures failures, int allowed) {
    return failures.count < allowed ? 0 : Math.max(0, failures.until - nanoClock.getAsLong());
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
      block(failures, failures.count - maxFailures, LONGEST);
    }
    // What an address fails beyond that is its own block's business: one alone blocks no others.
    if (failures.count <= maxFailures && !trusted.contains(key)) {
      strangerFailed();
    }
  }

  private void strangerFailed() {
    long now = nanoClock.getAsLong();
    if (now - lastStrangersFailure > FORGOTTEN_FOR_ALL.toNanos()) {
      strangers.count = 0;
    }
    lastStrangersFailure = now;
    strangers.count++;
    int beyond = strangers.count - maxFailures * FACTOR_FOR_ALL;
    if (beyond >= 0 && beyond % FACTOR_FOR_ALL == 0) {
      block(strangers, beyond / FACTOR_FOR_ALL, LONGEST_FOR_ALL);
    }
  }

  private void block(Failures failures, int doublings, Duration longest) {
    long block = firstBlock.toNanos() << Math.min(doublings, 20);
    failures.until = nanoClock.getAsLong() + Math.min(block, longest.toNanos());
  }

  /** The address succeeded. */
  public synchronized void succeeded(SocketAddress address) {
    ByteBuffer key = key(address);
    addresses.remove(key);
    trusted.remove(key);
    if (trusted.size() >= MAX_TRUSTED) {
      trusted.remove(trusted.iterator().next());
    }
    trusted.add(key);
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
