package org.dmore.xen.lib;

import java.util.List;
import java.util.Optional;
import org.dmore.xen.Errno;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to xenstore through xenstored's socket where there is one (dom0), else through
 * {@code /dev/xen/xenbus}; {@code xenstore.h}.
 *
 * <p>Thread-safe. It survives the domain's migration: the kernel sets the watches anew at the new
 * host, so each fires once more, and refuses with EAGAIN what is done in a transaction that began
 * before. The process's end and {@link #close} give up what is open.
 */
final class LibXenStore implements XenStore {
  private static final Logger LOG = LoggerFactory.getLogger(LibXenStore.class);

  private final XsConnection connection;
  private final XsWatches watches;

  private LibXenStore(XsConnection connection, XsWatches watches) {
    this.connection = connection;
    this.watches = watches;
  }

  static LibXenStore open() throws XenException {
    XsConnection connection = XsConnection.open();
    try {
      return new LibXenStore(connection, new XsWatches());
    } catch (XenException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public Optional<String> read(String path) throws XenException {
    return connection.read(XsConnection.NO_TRANSACTION, path);
  }

  @Override
  public Optional<List<String>> list(String path) throws XenException {
    return connection.list(XsConnection.NO_TRANSACTION, path);
  }

  @Override
  public void write(String path, String value) throws XenException {
    connection.write(XsConnection.NO_TRANSACTION, path, value);
  }

  @Override
  public void remove(String path) throws XenException {
    connection.remove(XsConnection.NO_TRANSACTION, path);
  }

  @Override
  public NodePermissions permissions(String path) throws XenException {
    return connection.permissions(XsConnection.NO_TRANSACTION, path);
  }

  @Override
  public void setPermissions(String path, NodePermissions permissions) throws XenException {
    connection.setPermissions(XsConnection.NO_TRANSACTION, path, permissions);
  }

  @Override
  public Transaction begin() throws XenException {
    return new OpenTransaction(connection.begin());
  }

  @Override
  public Watch watch(String path, WatchListener listener) throws XenException {
    connection.checkOpen();
    return watches.watch(path, listener);
  }

  @Override
  public void close() {
    watches.close();
    connection.close();
  }

  private final class OpenTransaction implements Transaction {
    private final int number;
    private boolean over;

    private OpenTransaction(int number) {
      this.number = number;
    }

    @Override
    public Optional<String> read(String path) throws XenException {
      return connection.read(open(), path);
    }

    @Override
    public Optional<List<String>> list(String path) throws XenException {
      return connection.list(open(), path);
    }

    @Override
    public void write(String path, String value) throws XenException {
      connection.write(open(), path, value);
    }

    @Override
    public void remove(String path) throws XenException {
      connection.remove(open(), path);
    }

    @Override
    public NodePermissions permissions(String path) throws XenException {
      return connection.permissions(open(), path);
    }

    @Override
    public void setPermissions(String path, NodePermissions permissions) throws XenException {
      connection.setPermissions(open(), path, permissions);
    }

    @Override
    public void commit() throws XenException {
      int ended = open();
      over = true;
      connection.end(ended, false);
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        try {
          connection.end(number, true);
        } catch (XenException e) {
          LOG.debug("the transaction ended without us", e);
        }
      }
    }

    private int open() throws XenException {
      if (over) {
        throw new XenException(Errno.ENOENT, "the transaction is over: begin another");
      }
      return number;
    }
  }
}
