package org.dmore.xen.lib;

import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore.Watch;
import org.dmore.xen.XenStore.WatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches of one connection, through a handle of their own: libxenstore reads that one in a
 * thread that it starts at the first watch. A thread of ours waits for that thread's pipe and calls
 * the listeners, one event at a time.
 *
 * <p>Thread-safe. A listener may set and close watches, and close the connection.
 */
final class XsWatches {
  private static final Logger LOG = LoggerFactory.getLogger(XsWatches.class);
  private static final int PATH = 0;
  private static final int TOKEN = 1;
  private static final int FIELDS = 2;
  private static final int POLL_MILLIS = 60_000;

  private final Map<String, Registration> registrations = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();
  private final WakeableWait wait;
  private Handle handle;
  private volatile boolean closed;

  XsWatches() throws XenException {
    wait = new WakeableWait();
  }

  Watch watch(String path, WatchListener listener) throws XenException {
    byte[] name = XsStrings.path(path);
    Handle connection = connection();
    Registration registration =
        new Registration(path, Long.toString(tokens.incrementAndGet()), listener);
    registrations.put(registration.token, registration); // before its first event
    boolean set = false;
    long address = connection.use();
    try {
      // SAFETY: the handle is in use; both strings end with a zero.
      if (Xs.xs_watch(address, name, registration.wireToken()) == 0) {
        throw XsConnection.refusal(Errors.last(), "watching", path);
      }
      set = true;
      return registration;
    } finally {
      connection.leave();
      if (!set) {
        registrations.remove(registration.token);
      }
    }
  }

  /** The handle; opened, with its thread, at the first watch. */
  private synchronized Handle connection() throws XenException {
    if (closed) {
      throw new XenException(Errno.EBADF, "xenstore connection is closed");
    }
    if (handle == null) {
      boolean closable = canCancelThreads();
      Handle opened = XsConnection.openHandle("xenstore watches");
      opened.enter(); // the thread's
      if (!closable) {
        opened.enter(); // nobody's: it is never freed
      }
      handle = opened;
      Thread thread = new Thread(() -> run(opened), "xenstore-watch");
      thread.setDaemon(true);
      thread.start();
    }
    return handle;
  }

  /** xs_close ends the library's thread by pthread_cancel, and that aborts without libgcc_s. */
  private static boolean canCancelThreads() {
    try {
      NativeLibrary.getInstance("libgcc_s.so.1");
      return true;
    } catch (UnsatisfiedLinkError e) {
      LOG.warn(
          "libgcc_s.so.1 is missing: a closed xenstore connection is kept until the process ends;"
              + " install Debian's package libgcc-s1");
      return false;
    }
  }

  private void run(Handle connection) {
    try {
      // SAFETY: this thread is a user of the handle, so it is open. The descriptor is its own.
      int fd = Xs.xs_fileno(connection.address());
      while (!closed) {
        if (!deliverOne(connection)) {
          wait.await(fd, POLL_MILLIS);
        }
      }
    } catch (XenException e) {
      LOG.error("xenstore watches ended; nobody is told of changes any more", e);
    } finally {
      connection.leave();
    }
  }

  /** Calls the listener of one event; false if there is none. */
  private boolean deliverOne(Handle connection) throws XenException {
    // SAFETY: as above; the call does not block.
    long event = Xs.xs_check_watch(connection.address());
    if (event == 0) {
      int number = Errors.last();
      if (number != Errors.EAGAIN && number != Errors.EINTR) {
        throw Errors.of(number, "the connection to xenstored is lost");
      }
      return false;
    }
    List<String> fields = XsStrings.takeStrings(event, FIELDS);
    Registration registration = registrations.get(fields.get(TOKEN));
    if (registration != null) { // else closed since
      registration.deliver(fields.get(PATH));
    }
    return true;
  }

  void close() {
    Handle connection;
    synchronized (this) {
      closed = true;
      connection = handle;
    }
    registrations.clear();
    wait.close();
    if (connection != null) {
      connection.close();
    }
  }

  private final class Registration implements Watch {
    private final String path;
    private final String token;
    private final WatchListener listener;

    private Registration(String path, String token, WatchListener listener) {
      this.path = path;
      this.token = token;
      this.listener = listener;
    }

    private byte[] wireToken() {
      return (token + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    private void deliver(String changed) {
      try {
        listener.changed(changed);
      } catch (RuntimeException | Error e) {
        if (registrations.containsKey(token)) {
          LOG.error("watch listener failed, path={}", changed, e);
        } else { // closed meanwhile: whom it told, a loop say, may have ended with it
          LOG.debug("watch was closed while its listener ran, path={}", changed, e);
        }
      }
    }

    @Override
    public void close() {
      if (registrations.remove(token) == null) {
        return;
      }
      try {
        Handle connection = connection();
        long address = connection.use();
        try {
          // SAFETY: the handle is in use; both strings are those of the watch.
          if (Xs.xs_unwatch(address, XsStrings.path(path), wireToken()) == 0) {
            LOG.warn("ending a watch failed, path={} errno={}", path, Errors.name(Errors.last()));
          }
        } finally {
          connection.leave();
        }
      } catch (XenException e) {
        LOG.debug("the watch ended with its connection, path={}", path, e);
      }
    }
  }
}
