package org.dmore.xen;

/**
 * A domain's own pages, as its kernel sees them: numbered by guest frame, kept at the same numbers
 * across migrations.
 */
public interface GuestMemory {
  /** Bytes in a page. */
  int PAGE_SIZE = SharedPage.PAGE_SIZE;

  /** Pages that the domain has. */
  long pages();

  /**
   * Takes free, zeroed pages that lie side by side.
   *
   * @param count at least 1
   * @return the first page's guest frame number
   * @throws XenException ENOMEM if no such run is free
   */
  long allocate(int count) throws XenException;

  /** Gives back what {@link #allocate} gave. */
  void free(long frame, int count);

  /**
   * A window on the domain's own pages. It stays valid across the domain's migrations, may be used
   * by any thread, and closes with the domain.
   *
   * @throws XenException EINVAL if the pages are not all the domain's
   */
  SharedPage window(long frame, int count) throws XenException;
}
