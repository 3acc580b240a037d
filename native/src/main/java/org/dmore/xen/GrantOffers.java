package org.dmore.xen;

/**
 * Grants pages of this domain to others: the guest's side of {@code public/grant_table.h}.
 *
 * <p>Thread-safe.
 */
public interface GrantOffers {

  /**
   * Lets another domain map one page.
   *
   * @param to the domain that may map it
   * @param frame the page's guest frame number
   * @param access what that domain may do with it
   * @return the reference to hand to that domain
   * @throws XenException ENOSPC if the table is full; EINVAL if there is no such frame
   */
  GrantRef offer(DomainId to, long frame, Access access) throws XenException;

  /**
   * Ends a grant, as {@code gnttab_end_foreign_access} does.
   *
   * @throws XenException EBUSY while the other domain has the page mapped: the grant stands
   */
  void revoke(GrantRef ref) throws XenException;
}
