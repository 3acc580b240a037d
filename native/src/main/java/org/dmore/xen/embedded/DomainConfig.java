package org.dmore.xen.embedded;

import java.time.Duration;
import org.dmore.xen.SharedPage;

/**
 * What a domain is created with.
 *
 * @param name unique on its host
 * @param memoryBytes a multiple of the page size; touched pages alone take real memory
 * @param driverDomain whether it is to be a backend: the toolstack then gives it a {@code backend}
 *     directory of its own in xenstore
 * @param parkLimit how long what executes in it may take to stand still
 */
public record DomainConfig(
    String name, long memoryBytes, boolean driverDomain, Duration parkLimit) {
  private static final int MIN_PAGES = 32;
  private static final Duration PARK_LIMIT = Duration.ofSeconds(5);

  public DomainConfig {
    if (!name.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new IllegalArgumentException(
          "name=\"" + name + "\": 1 to 128 letters, digits and ._- are allowed");
    }
    if (memoryBytes < MIN_PAGES * SharedPage.PAGE_SIZE || memoryBytes % SharedPage.PAGE_SIZE != 0) {
      throw new IllegalArgumentException(
          "memoryBytes=" + memoryBytes + " is not a multiple of 4096 from 32 pages on");
    }
    if (parkLimit.isNegative() || parkLimit.isZero()) {
      throw new IllegalArgumentException("parkLimit=" + parkLimit + " is not positive");
    }
  }

  /** A plain domain. */
  public static DomainConfig of(String name, long memoryBytes) {
    return new DomainConfig(name, memoryBytes, false, PARK_LIMIT);
  }

  /** The same, as a driver domain. */
  public DomainConfig asDriverDomain() {
    return new DomainConfig(name, memoryBytes, true, parkLimit);
  }

  /** The same, with another limit for standing still. */
  public DomainConfig withParkLimit(Duration limit) {
    return new DomainConfig(name, memoryBytes, driverDomain, limit);
  }
}
