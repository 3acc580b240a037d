package org.dmore.vdev.service;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.function.Consumer;
import org.dmore.vdev.backend.DescriptorLoop;

/**
 * A descriptor that an event loop waits for beside its sockets. Its owner keeps it open until it
 * was {@linkplain #leave left}.
 *
 * <p>Thread-safe; what is called at readiness runs on the loop.
 */
final class LoopDescriptor implements EpollIoHandle, DescriptorLoop.Entry {
  private final FileDescriptor fd;
  private final Runnable readable;
  private IoRegistration registration;
  private boolean left;

  private LoopDescriptor(int fd, Runnable readable) {
    this.fd = new FileDescriptor(fd);
    this.readable = readable;
  }

  /** The loop as one that waits for descriptors; empty if it is of a kind that cannot. */
  static Optional<DescriptorLoop> on(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class)
        ? Optional.of((fd, readable, refused) -> enter(io, fd, readable, refused))
        : Optional.empty();
  }

  private static LoopDescriptor enter(
      IoEventLoop loop, int fd, Runnable readable, Consumer<Throwable> refused) {
    LoopDescriptor descriptor = new LoopDescriptor(fd, readable);
    Future<IoRegistration> unused =
        loop.register(descriptor)
            .addListener(
                (Future<IoRegistration> future) -> {
                  if (future.isSuccess()) {
                    descriptor.entered(future.getNow());
                  } else {
                    refused.accept(future.cause());
                  }
                });
    return descriptor;
  }

  private synchronized void entered(IoRegistration made) {
    if (left) {
      made.cancel();
    } else {
      registration = made;
      long unused = made.submit(EpollIoOps.EPOLLIN);
    }
  }

  @Override
  public synchronized void leave() {
    left = true;
    if (registration != null) {
      registration.cancel();
    }
  }

  @Override
  public FileDescriptor fd() {
    return fd;
  }

  @Override
  public void handle(IoRegistration where, IoEvent event) {
    readable.run();
  }

  /** The loop ends; the descriptor is its owner's. */
  @Override
  public void close() {
    leave();
  }
}
