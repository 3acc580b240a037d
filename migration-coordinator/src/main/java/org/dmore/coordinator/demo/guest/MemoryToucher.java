package org.dmore.coordinator.demo.guest;

/** The part of the guest's memory that its program may write at will, to keep pages dirty. */
public interface MemoryToucher {
  /** Returns the size of that part in bytes. */
  long capacityBytes();

  /**
   * Writes to each page of a range, so that a live migration has to send it again.
   *
   * @param offset first byte, from the start of the part
   * @param length length in bytes; {@code offset + length} is at most {@link #capacityBytes()}
   * @param value what to store in each page; it differs from one round to the next
   */
  void touch(long offset, long length, long value);
}
