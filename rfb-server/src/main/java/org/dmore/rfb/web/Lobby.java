package org.dmore.rfb.web;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The connections that are not sessions yet, bounded in number: they have sent nothing, or no whole
 * PROXY header, or they fetch a page. Thread-safe.
 */
public final class Lobby {
  private final int max;
  private final Set<Channel> channels = new HashSet<>();

  public Lobby(int max) {
    this.max = max;
  }

  /** Takes a connection in until it {@link #leave leaves} or ends; returns false if it is full. */
  boolean enter(Channel channel) {
    synchronized (this) {
      if (channels.size() >= max) {
        return false;
      }
      channels.add(channel);
    }
    channel.closeFuture().addListener(closed -> leave(channel));
    return true;
  }

  synchronized void leave(Channel channel) {
    channels.remove(channel);
  }

  /** How many there are. */
  public synchronized int size() {
    return channels.size();
  }

  /** Ends them all and waits until they are. */
  public void close() {
    List<Channel> now;
    synchronized (this) {
      now = new ArrayList<>(channels);
    }
    for (Channel channel : now) {
      channel.close().awaitUninterruptibly();
    }
  }
}
