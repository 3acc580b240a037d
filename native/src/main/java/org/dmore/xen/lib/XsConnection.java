package org.dmore.xen.lib;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.NodePermissions.Right;
import org.dmore.xen.XenException;

/**
 * Requests to xenstored and their answers, through one handle of libxenstore, which lets one
 * request through at a time. Watches have a handle of their own ({@link XsWatches}).
 *
 * <p>Thread-safe.
 */
final class XsConnection {
  /** The transaction number of what is done outside any; {@code XBT_NULL}. */
  static final int NO_TRANSACTION = 0;

  private static final int INTS_PER_PERMISSION = 2;
  private static final int READ = 1;
  private static final int WRITE = 2;

  private final Handle handle;

  private XsConnection(Handle handle) {
    this.handle = handle;
  }

  static XsConnection open() throws XenException {
    return new XsConnection(openHandle("xenstore connection"));
  }

  static Handle openHandle(String name) throws XenException {
    Xs.load();
    CLibrary.load();
    XenMachine.THIS.checkXenStore();
    // SAFETY: plain number; the handle is freed once, by Handle.
    long address = Xs.xs_open(0);
    if (address == 0) {
      throw Errors.of(Errors.last(), "xenstore cannot be reached: is xenstored running?");
    }
    // SAFETY: Handle calls this once, when there are no users.
    return new Handle(name, address, Xs::xs_close);
  }

  Optional<String> read(int transaction, String path) throws XenException {
    byte[] name = XsStrings.path(path);
    int[] length = {0};
    long address = handle.use();
    try {
      // SAFETY: the handle is in use; the path ends with a zero; the library writes one int.
      long value = Xs.xs_read(address, transaction, name, length);
      if (value == 0) {
        return absent("reading", path);
      }
      return Optional.of(XsStrings.takeString(value, length[0]));
    } finally {
      handle.leave();
    }
  }

  Optional<List<String>> list(int transaction, String path) throws XenException {
    byte[] name = XsStrings.path(path);
    int[] count = {0};
    long address = handle.use();
    try {
      // SAFETY: as in read().
      long names = Xs.xs_directory(address, transaction, name, count);
      if (names == 0) {
        return absent("listing", path);
      }
      List<String> children = XsStrings.takeStrings(names, count[0]);
      children.sort(null);
      return Optional.of(List.copyOf(children));
    } finally {
      handle.leave();
    }
  }

  private static <T> Optional<T> absent(String what, String path) throws XenException {
    int number = Errors.last();
    if (number == Errors.ENOENT) {
      return Optional.empty();
    }
    throw refusal(number, what, path);
  }

  void write(int transaction, String path, String value) throws XenException {
    byte[] name = XsStrings.path(path);
    byte[] data = XsStrings.value(name, value);
    long address = handle.use();
    try {
      // SAFETY: the handle is in use; the path ends with a zero; the length is the array's.
      if (Xs.xs_write(address, transaction, name, data, data.length) == 0) {
        throw refusal(Errors.last(), "writing", path);
      }
    } finally {
      handle.leave();
    }
  }

  void remove(int transaction, String path) throws XenException {
    byte[] name = XsStrings.path(path);
    long address = handle.use();
    try {
      // SAFETY: the handle is in use; the path ends with a zero.
      if (Xs.xs_rm(address, transaction, name) == 0) {
        int number = Errors.last();
        if (number != Errors.ENOENT) {
          throw refusal(number, "removing", path);
        }
      }
    } finally {
      handle.leave();
    }
  }

  NodePermissions permissions(int transaction, String path) throws XenException {
    byte[] name = XsStrings.path(path);
    int[] count = {0};
    long address = handle.use();
    try {
      // SAFETY: as in read().
      long entries = Xs.xs_get_permissions(address, transaction, name, count);
      if (entries == 0) {
        throw refusal(Errors.last(), "reading the permissions of", path);
      }
      return takePermissions(entries, count[0], path);
    } finally {
      handle.leave();
    }
  }

  private static NodePermissions takePermissions(long address, int count, String path)
      throws XenException {
    try {
      if (count < 1) {
        throw new XenException(Errno.EIO, "path=" + path + " has no permissions");
      }
      // SAFETY: the library returned this many struct xs_permissions of two ints.
      int[] entries = new Pointer(address).getIntArray(0, count * INTS_PER_PERMISSION);
      DomainId owner = new DomainId(entries[0]);
      Map<DomainId, Right> named = new TreeMap<>((a, b) -> Integer.compare(a.value(), b.value()));
      for (int i = INTS_PER_PERMISSION; i < entries.length; i += INTS_PER_PERMISSION) {
        DomainId domain = new DomainId(entries[i]);
        if (!domain.equals(owner)) {
          named.putIfAbsent(domain, right(entries[i + 1]));
        }
      }
      return new NodePermissions(owner, right(entries[1]), named);
    } finally {
      // SAFETY: the library allocated it for the caller, who reads it no more.
      CLibrary.free(address);
    }
  }

  void setPermissions(int transaction, String path, NodePermissions permissions)
      throws XenException {
    byte[] name = XsStrings.path(path);
    List<Integer> entries = new ArrayList<>();
    entries.add(permissions.owner().value());
    entries.add(bits(permissions.others()));
    for (DomainId domain : permissions.namedDomains()) {
      entries.add(domain.value());
      entries.add(bits(permissions.named().get(domain)));
    }
    int[] array = entries.stream().mapToInt(Integer::intValue).toArray();
    long address = handle.use();
    try {
      // SAFETY: the handle is in use; the path ends with a zero; the array has two ints for each of
      // the structures that are counted.
      if (Xs.xs_set_permissions(
              address, transaction, name, array, array.length / INTS_PER_PERMISSION)
          == 0) {
        throw refusal(Errors.last(), "setting the permissions of", path);
      }
    } finally {
      handle.leave();
    }
  }

  private static Right right(int bits) {
    return switch (bits & (READ | WRITE)) {
      case READ -> Right.READ;
      case WRITE -> Right.WRITE;
      case READ | WRITE -> Right.BOTH;
      default -> Right.NONE;
    };
  }

  private static int bits(Right right) {
    return (right.allowsRead() ? READ : 0) | (right.allowsWrite() ? WRITE : 0);
  }

  int begin() throws XenException {
    long address = handle.use();
    try {
      // SAFETY: the handle is in use.
      int transaction = Xs.xs_transaction_start(address);
      if (transaction == NO_TRANSACTION) {
        throw refusal(Errors.last(), "beginning a transaction", "");
      }
      return transaction;
    } finally {
      handle.leave();
    }
  }

  void end(int transaction, boolean abort) throws XenException {
    long address = handle.use();
    try {
      // SAFETY: the handle is in use; the transaction is ended once.
      if (Xs.xs_transaction_end(address, transaction, (byte) (abort ? 1 : 0)) == 0) {
        int number = Errors.last();
        if (number == Errors.EAGAIN || number == Errors.ENOENT) {
          // ENOENT: the xenstored of another host does not know it.
          throw new XenException(
              Errno.EAGAIN, "the transaction met another writer, or a move: begin anew");
        }
        throw refusal(number, "ending a transaction", "");
      }
    } finally {
      handle.leave();
    }
  }

  void checkOpen() throws XenException {
    handle.use();
    handle.leave();
  }

  void close() {
    handle.close();
  }

  /**
   * What xenstored's refusal means: it reports its quotas as ENOSPC or E2BIG, and a message that is
   * too long never gets here.
   */
  static XenException refusal(int number, String what, String path) {
    String text = path.isEmpty() ? what : what + " path=" + path;
    return switch (number) {
      case Errors.ENOSPC, Errors.E2BIG ->
          Errors.as(
              Errno.EQUOTA,
              number,
              text + " is over this domain's share of xenstore: give back what is not needed");
      case Errors.EACCES -> new XenException(Errno.EACCES, text + " is not allowed to this domain");
      default -> Errors.of(number, text + " failed");
    };
  }
}
