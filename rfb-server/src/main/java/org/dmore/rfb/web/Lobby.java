package org.dmore.rfb.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that are not sessions yet, bounded in number: they have sent nothing, or no whole
 * PROXY header, or they fetch a page. Thread-safe.
 *
 * <p>They cost an attacker nothing, and HTTP's can be kept for ever by a request now and then. So
 * where all places are taken, the one that has been here longest gives way, if it had {@link
 * #GRACE} for what it came for.
 */
public final class Lobby {
  /** Long enough for a request, or a page over a slow line; nothing is cut till it is full. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Lobby.class);

  private final int max;
  private final Duration grace;
  private final Map<Channel, Long> channels = new LinkedHashMap<>();

  public Lobby(int max) {
    this(max, GRACE);
  }

  Lobby(int max, Duration grace) {
    this.max = max;
    this.grace = grace;
  }

  /** Takes a connection in until it {@link #leave leaves} or ends; returns false if it is full. */
  boolean enter(Channel channel) {
    Optional<Channel> longest;
    synchronized (this) {
      longest = channels.size() >= max ? longest() : Optional.empty();
      longest.ifPresent(channels::remove);
      if (channels.size() >= max) {
        return false;
      }
      channels.put(channel, System.nanoTime());
    }
    longest.ifPresent(Lobby::close);
    channel.closeFuture().addListener(closed -> leave(channel));
    return true;
  }

  private Optional<Channel> longest() {
    return channels.entrySet().stream()
        .findFirst()
        .filter(first -> System.nanoTime() - first.getValue() >= grace.toNanos())
        .map(Map.Entry::getKey);
  }

  private static void close(Channel channel) {
    LOG.info(
        "client address={} is cut: all places are taken and it is no session",
        channel.remoteAddress());
    ChannelFuture unused = channel.close();
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
      now = new ArrayList<>(channels.keySet());
    }
    for (Channel channel : now) {
      channel.close().awaitUninterruptibly();
    }
  }
}
