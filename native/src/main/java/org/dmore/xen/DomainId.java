package org.dmore.xen;

/**
 * The number by which one host knows a domain; {@code domid_t} of Xen's {@code public/xen.h}.
 *
 * <p>A domain gets a new number at every migration, so it never names a VM for longer than its stay
 * on a host.
 *
 * @param value 0 for dom0, up to 0x7fef
 */
public record DomainId(int value) {
  /** The first domain of a host, which holds its hardware and its toolstack. */
  public static final DomainId DOM0 = new DomainId(0);

  /** {@code DOMID_FIRST_RESERVED} of {@code public/xen.h}. */
  private static final int FIRST_RESERVED = 0x7ff0;

  public DomainId {
    if (value < 0 || value >= FIRST_RESERVED) {
      throw new IllegalArgumentException("domid=" + value + " is not in 0..0x7fef");
    }
  }

  /**
   * Reads a domain id as xenstore writes it.
   *
   * @throws IllegalArgumentException if the text is not a decimal number in range
   */
  public static DomainId parse(String text) {
    try {
      return new DomainId(Integer.parseInt(text.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("domid=\"" + text + "\" is not a decimal number", e);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
