package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to this host's libvirtd, made anew when that was restarted. libvirt's calls block
 * for as long as libvirtd does not answer: each runs on a thread of its own and is waited for a
 * bounded time. Thread-safe.
 */
final class LibvirtConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtConnection.class);

  /** Seconds between signs of life, and how many may stay without an answer. */
  private static final int KEEP_ALIVE_SECONDS = 5;

  private static final int KEEP_ALIVE_COUNT = 3;

  private final String uri;
  private final Duration limit;
  private final ExecutorService calls =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "libvirt");
            thread.setDaemon(true);
            return thread;
          });
  private Connect connection;

  /** What is asked of libvirt. */
  @FunctionalInterface
  interface Call<T> {
    T on(Connect connection) throws LibvirtException;
  }

  /** What is asked of a domain. */
  @FunctionalInterface
  interface DomainCall<T> {
    T on(Domain domain) throws LibvirtException;
  }

  LibvirtConnection(String uri, Duration limit) {
    this.uri = uri;
    this.limit = limit;
    EventLoop.start();
  }

  /** libvirt's event loop, of which a process has one: it sends the signs of life. */
  private static final class EventLoop {
    /** libvirt would print what is thrown anyway. Kept here, as libvirt keeps a mere pointer. */
    private static final Libvirt.VirErrorCallback SILENT = (data, error) -> {};

    private static boolean started;

    private EventLoop() {}

    static synchronized void start() {
      if (started) {
        return;
      }
      started = true;
      try {
        Connect.setErrorCallback(SILENT);
        Library.initEventLoop();
      } catch (LibvirtException e) {
        throw new IllegalStateException("libvirt has no event loop: " + e.getMessage(), e);
      }
      Thread thread =
          new Thread(
              () -> {
                try {
                  Library.runEventLoop();
                } catch (LibvirtException e) {
                  LOG.error("libvirt's event loop ended: {}", e.getMessage());
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "libvirt-events");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * Asks, within the time that such a call may take.
   *
   * @throws IOException if libvirt refuses, with its words, or does not answer
   */
  <T> T ask(Call<T> call) throws IOException {
    try {
      return begin(call).get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "libvirtd does not answer within seconds=" + limit.toSeconds() + ", uri=" + uri, e);
    } catch (ExecutionException e) {
      throw asIoException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while libvirtd was asked", e);
    }
  }

  /** Asks of a domain by name; empty if libvirt does not know it. */
  <T> Optional<T> ofDomain(String vm, DomainCall<T> call) throws IOException {
    return ask(
        connect -> {
          Domain domain;
          try {
            domain = connect.domainLookupByName(vm);
          } catch (LibvirtException e) {
            if (isUnknown(e)) {
              return Optional.empty();
            }
            throw e;
          }
          return Optional.of(call.on(domain));
        });
  }

  /** Asks something that may take long; whoever waits for it decides for how long. */
  <T> CompletableFuture<T> begin(Call<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    calls.execute(
        () -> {
          try {
            result.complete(call.on(connected()));
          } catch (LibvirtException | IOException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  static IOException asIoException(Throwable cause) {
    if (cause instanceof IOException e) {
      return e;
    }
    return new IOException("libvirt refuses: " + cause.getMessage(), cause);
  }

  private static boolean isUnknown(LibvirtException e) {
    return e.getError() != null && e.getError().getCode() == Error.ErrorNumber.VIR_ERR_NO_DOMAIN;
  }

  private synchronized Connect connected() throws IOException {
    try {
      if (connection != null && connection.isAlive()) {
        return connection;
      }
    } catch (LibvirtException e) {
      LOG.debug("connection to {} is dead: {}", uri, e.getMessage());
    }
    try {
      connection = new Connect(uri);
      boolean unused = connection.setKeepAlive(KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT);
      return connection;
    } catch (LibvirtException e) {
      throw new IOException(
          "libvirtd does not answer, uri=" + uri + ": does it run? " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    calls.shutdown();
    if (connection != null) {
      try {
        int unused = connection.close();
      } catch (LibvirtException e) {
        LOG.debug("connection to {}: {}", uri, e.getMessage());
      }
    }
  }
}
