package org.dmore.xen;

/**
 * The index of an entry in the granting domain's grant table; {@code grant_ref_t} of {@code
 * public/grant_table.h}.
 *
 * @param value unsigned 32 bits in Xen; the tables in use end far below 2^31
 */
public record GrantRef(int value) {
  public GrantRef {
    if (value < 0) {
      throw new IllegalArgumentException("grant reference=" + value + " is negative");
    }
  }

  /**
   * Reads a grant reference as xenstore writes it.
   *
   * @throws IllegalArgumentException if the text is not a decimal number in range
   */
  public static GrantRef parse(String text) {
    try {
      return new GrantRef(Integer.parseInt(text.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "grant reference=\"" + text + "\" is not a decimal number", e);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
