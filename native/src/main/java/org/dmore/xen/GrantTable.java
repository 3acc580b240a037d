package org.dmore.xen;

import java.util.List;

/**
 * Maps pages that other domains granted to this one; the mapping side of {@code xengnttab.h}.
 *
 * <p>Thread-safe. The pages it returns are confined to the calling thread (see {@link SharedPage}).
 *
 * <p>A mapping does not survive the migration of either domain. It must be closed before this
 * domain is suspended; if it was not, it reads all ones afterwards and must be {@linkplain
 * SharedPage#abandon() abandoned}, never closed.
 */
public interface GrantTable extends AutoCloseable {

  /** Most pages in one call; the limit of Linux's gntdev. */
  int MAX_PAGES = 65_536;

  /**
   * Maps pages of one domain into a single contiguous window, in the order of the references.
   *
   * @param owner the domain whose grant table the references index
   * @param refs 1 to {@value #MAX_PAGES} references
   * @param access what is asked for; a read-only grant refuses {@link Access#READ_WRITE}
   * @return a window of {@code refs.size()} pages, to be closed by the caller
   * @throws XenException EPERM if a reference is not granted to this domain, or read-only where
   *     writing was asked for; EINVAL if it lies outside the table; ENOENT if there is no such
   *     domain
   */
  SharedPage map(DomainId owner, List<GrantRef> refs, Access access) throws XenException;

  /** Maps one page; otherwise as {@link #map(DomainId, List, Access)}. */
  default SharedPage map(DomainId owner, GrantRef ref, Access access) throws XenException {
    return map(owner, List.of(ref), access);
  }

  /** Lets go of the interface. Windows that are still open stay valid until they are closed. */
  @Override
  void close();
}
