package org.dmore.xen.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/** One connection of a domain to the xenstore of the host that it is on. */
final class EmbeddedXenStore implements XenStore {
  private final Occupant occupant;
  private final WatchThread thread;
  private final List<Registration> registrations = new ArrayList<>();
  private volatile boolean closed;

  EmbeddedXenStore(Occupant occupant) {
    this.occupant = occupant;
    this.thread =
        new WatchThread("xenstore-watch/" + occupant.instance().name(), occupant.standstill());
    occupant.connections().add(this);
  }

  @Override
  public Optional<String> read(String path) throws XenException {
    return once(path, (transaction, at) -> transaction.read(at));
  }

  @Override
  public Optional<List<String>> list(String path) throws XenException {
    return once(path, (transaction, at) -> transaction.list(at));
  }

  @Override
  public void write(String path, String value) throws XenException {
    once(
        path,
        (transaction, at) -> {
          transaction.write(at, value);
          return at;
        });
  }

  @Override
  public void remove(String path) throws XenException {
    once(
        path,
        (transaction, at) -> {
          transaction.remove(at);
          return at;
        });
  }

  @Override
  public NodePermissions permissions(String path) throws XenException {
    return once(path, (transaction, at) -> transaction.permissions(at));
  }

  @Override
  public void setPermissions(String path, NodePermissions permissions) throws XenException {
    once(
        path,
        (transaction, at) -> {
          transaction.setPermissions(at, permissions);
          return at;
        });
  }

  @Override
  public Transaction begin() throws XenException {
    DomainInstance self = usable();
    return new OpenTransaction(self, self.store.begin(self.id));
  }

  @Override
  public Watch watch(String path, WatchListener listener) throws XenException {
    DomainInstance self = usable();
    boolean special = path.startsWith("@");
    if (special && !self.id.equals(DomainId.DOM0)) {
      throw new XenException(Errno.EACCES, "path=" + path + " can be watched by dom0 only");
    }
    if (!special) {
      StorePath.resolve(path, self.id);
    }
    Registration registration = new Registration(path, listener);
    synchronized (registrations) {
      registration.set(self);
      registrations.add(registration);
    }
    return registration;
  }

  @Override
  public void close() {
    closed = true;
    synchronized (registrations) {
      registrations.forEach(Registration::end);
      registrations.clear();
    }
    occupant.connections().remove(this);
    thread.stop();
  }

  /**
   * Sets all watches at the host to which the domain moved: they fire once more. Events of the
   * former host are forgotten.
   */
  void reconnect() {
    synchronized (registrations) {
      registrations.forEach(Registration::drop);
      thread.clear();
      for (Registration registration : registrations) {
        try {
          registration.set(occupant.instance());
        } catch (XenException e) {
          throw new IllegalStateException("watches fitted the quota before the move", e);
        }
      }
    }
  }

  private DomainInstance usable() throws XenException {
    if (closed) {
      throw new XenException(Errno.EBADF, "xenstore connection is closed");
    }
    DomainInstance self = occupant.instance();
    self.checkAlive();
    return self;
  }

  @FunctionalInterface
  private interface PathStep<T> {
    T in(StoreTransaction transaction, String absolutePath) throws XenException;
  }

  private <T> T once(String path, PathStep<T> step) throws XenException {
    DomainInstance self = usable();
    String absolute = StorePath.resolve(path, self.id);
    return self.store.once(self.id, transaction -> step.in(transaction, absolute));
  }

  /** A watch as the program set it; it outlives the hosts. */
  final class Registration implements Watch {
    private final String path;
    private final WatchListener listener;
    private StoreDaemon daemon;
    private StoreWatch current;
    private volatile boolean open = true;

    private Registration(String path, WatchListener listener) {
      this.path = path;
      this.listener = listener;
    }

    WatchListener listener() {
      return listener;
    }

    boolean isOpen() {
      return open;
    }

    private void set(DomainInstance self) throws XenException {
      boolean special = path.startsWith("@");
      boolean relative = !special && !path.startsWith("/");
      String absolute = special ? path : StorePath.resolve(path, self.id);
      daemon = self.store;
      current =
          new StoreWatch(
              self.id,
              absolute,
              relative,
              changed -> thread.enqueue(new WatchThread.Event(this, changed)));
      daemon.add(current);
    }

    private void drop() {
      daemon.drop(current);
    }

    private void end() {
      open = false;
      drop();
    }

    @Override
    public void close() {
      synchronized (registrations) {
        if (registrations.remove(this)) {
          end();
        }
      }
    }
  }

  /** A transaction, bound to the host on which it began. */
  private final class OpenTransaction implements Transaction {
    private final DomainInstance begunIn;
    private final StoreTransaction transaction;
    private boolean over;

    private OpenTransaction(DomainInstance begunIn, StoreTransaction transaction) {
      this.begunIn = begunIn;
      this.transaction = transaction;
    }

    @Override
    public Optional<String> read(String path) throws XenException {
      return step(path, (t, at) -> t.read(at));
    }

    @Override
    public Optional<List<String>> list(String path) throws XenException {
      return step(path, (t, at) -> t.list(at));
    }

    @Override
    public void write(String path, String value) throws XenException {
      step(
          path,
          (t, at) -> {
            t.write(at, value);
            return at;
          });
    }

    @Override
    public void remove(String path) throws XenException {
      step(
          path,
          (t, at) -> {
            t.remove(at);
            return at;
          });
    }

    @Override
    public NodePermissions permissions(String path) throws XenException {
      return step(path, (t, at) -> t.permissions(at));
    }

    @Override
    public void setPermissions(String path, NodePermissions permissions) throws XenException {
      step(
          path,
          (t, at) -> {
            t.setPermissions(at, permissions);
            return at;
          });
    }

    @Override
    public void commit() throws XenException {
      checkOpen();
      close();
      begunIn.store.commit(transaction);
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        begunIn.store.end(begunIn.id);
      }
    }

    private <T> T step(String path, PathStep<T> step) throws XenException {
      checkOpen();
      String absolute = StorePath.resolve(path, begunIn.id);
      return begunIn.store.step(transaction, t -> step.in(t, absolute));
    }

    private void checkOpen() throws XenException {
      if (over) {
        throw new XenException(Errno.ENOENT, "the transaction is over: begin another");
      }
      DomainInstance now = usable();
      if (now != begunIn) {
        throw new XenException(Errno.EAGAIN, "the domain moved during the transaction: begin anew");
      }
    }
  }
}
