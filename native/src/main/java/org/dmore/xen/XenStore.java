package org.dmore.xen;

/**
 * A domain's connection to its host's xenstore.
 *
 * <p>Thread-safe. It survives the domain's migration: afterwards it speaks to the new host's
 * xenstore, and all its watches fire once more.
 */
public interface XenStore extends XenStoreView, AutoCloseable {

  /** Largest payload of one message in bytes, path and value together. */
  int MAX_PAYLOAD = 4096;

  /** Times {@link #inTransaction} tries before it gives up. */
  int MAX_ATTEMPTS = 64;

  /**
   * Begins a transaction. A migration of the domain ends it: what is done in it afterwards is
   * refused with EAGAIN.
   *
   * @throws XenException EQUOTA if the domain has too many open
   */
  Transaction begin() throws XenException;

  /**
   * Calls a listener whenever the node, or any below it, is written, removed or given other
   * permissions; and once at the beginning, to tell what is already there.
   *
   * <p>The listener runs on a thread of the connection's, one event at a time. Events say what to
   * look at, not what happened: several changes may arrive as one. Only dom0 is told of domains by
   * {@code @introduceDomain} and {@code @releaseDomain}; for others such a watch is refused, or
   * silent after the beginning.
   *
   * @throws XenException EQUOTA if the domain has too many watches
   */
  Watch watch(String path, WatchListener listener) throws XenException;

  /** Ends the watches and the connection. */
  @Override
  void close();

  /**
   * Runs a body in a transaction and commits it, again and again while it conflicts with other
   * writers.
   *
   * @throws XenException whatever the body throws; EAGAIN after {@value #MAX_ATTEMPTS} conflicts
   */
  default <T> T inTransaction(TransactionBody<T> body) throws XenException {
    for (int attempt = 1; ; attempt++) {
      try (Transaction transaction = begin()) {
        T result = body.run(transaction);
        transaction.commit();
        return result;
      } catch (XenException e) {
        if (e.errno() != Errno.EAGAIN || attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Several reads and writes that happen as one, or not at all. Not thread-safe. */
  interface Transaction extends XenStoreView, AutoCloseable {
    /**
     * Makes the writes visible, all at once.
     *
     * @throws XenException EAGAIN if another writer changed what this transaction read or wrote:
     *     nothing was done, and the caller begins anew
     */
    void commit() throws XenException;

    /** Gives up what was not committed. */
    @Override
    void close();
  }

  /** What {@link #inTransaction} runs; it may run several times. */
  @FunctionalInterface
  interface TransactionBody<T> {
    T run(XenStoreView view) throws XenException;
  }

  /** A watch; closing ends it. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Told which node changed. */
  @FunctionalInterface
  interface WatchListener {
    /**
     * Looks again at what the watch covers.
     *
     * @param path the node that changed, absolute, or in the form in which the watch was set if the
     *     watch's path was relative
     */
    void changed(String path);
  }
}
