package org.dmore.coordinator.api;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;

/**
 * Requests and answers between a client and one {@code hostd}. A connection carries one request
 * after the other; as many are made as there are callers at once. Thread-safe.
 */
final class ApiTransport implements AutoCloseable {
  private final Peer peer;
  private final Optional<SslContext> tls;
  private final CallSettings settings;
  private final EventLoopGroup group;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * Connects to nobody yet.
   *
   * @param tls for a peer on TCP
   */
  ApiTransport(Peer peer, Optional<SslContext> tls, CallSettings settings) {
    Epoll.ensureAvailability();
    this.peer = peer;
    this.tls = tls;
    this.settings = settings;
    group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("api-client", true), EpollIoHandler.newFactory());
  }

  /**
   * Asks and waits.
   *
   * @param body JSON; empty for none
   * @throws IOException if there is no answer in time, or nobody to give one
   */
  Answer send(HttpMethod method, String target, Optional<String> body, Duration timeout)
      throws IOException {
    Optional<Connection> kept = takeKept();
    if (kept.isPresent()) {
      try {
        return exchange(kept.get(), method, target, body, timeout);
      } catch (BrokenException e) {
        // It may have been closed while it was kept. Whatever changes something is not asked twice.
        if (!method.equals(HttpMethod.GET)) {
          throw broken(e);
        }
      }
    }
    try {
      return exchange(connect(), method, target, body, timeout);
    } catch (BrokenException e) {
      throw broken(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Connection each = idle.poll(); each != null; each = idle.poll()) {
      each.close();
    }
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  /** A connection ended before there was an answer. */
  private static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenException(Throwable cause) {
      super(cause);
    }
  }

  private ControlException broken(BrokenException broken) {
    Throwable cause = broken.getCause();
    if (cause instanceof SSLException) {
      return peer.unreachable(cause);
    }
    // With TLS 1.3 a server looks at the client's certificate when the client takes the connection
    // for made, and what it says of it may be lost with the connection.
    String certificate = tls.isPresent() ? ", or does not take this client's certificate" : "";
    return new ControlException(
        Reason.UNAVAILABLE,
        ("hostd at %s ended the connection without an answer (%s): it was stopped, has as many"
                + " connections as it takes%s; whether it did what was asked is not known")
            .formatted(peer.authority(), cause.getMessage(), certificate),
        cause);
  }

  private Optional<Connection> takeKept() {
    for (Connection each = idle.poll(); each != null; each = idle.poll()) {
      if (each.isFresh(settings.idle())) {
        return Optional.of(each);
      }
      each.close();
    }
    return Optional.empty();
  }

  private Answer exchange(
      Connection connection,
      HttpMethod method,
      String target,
      Optional<String> body,
      Duration timeout)
      throws IOException, BrokenException {
    CompletableFuture<Answer> answer = connection.ask(request(method, target, body));
    boolean done = false;
    try {
      Answer found = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      done = true;
      keep(connection);
      return found;
    } catch (TimeoutException e) {
      throw new ControlException(
          Reason.UNAVAILABLE,
          "hostd at %s did not answer %s %s within ms=%d; whether it was done is not known: look again"
              .formatted(peer.authority(), method, target, timeout.toMillis()),
          e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new BrokenException(e.getCause());
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private void keep(Connection connection) {
    if (!connection.isReusable()) {
      connection.close();
      return;
    }
    idle.push(connection);
    if (closed && idle.remove(connection)) {
      connection.close();
    }
  }

  private FullHttpRequest request(HttpMethod method, String target, Optional<String> body) {
    ByteBuf content = Unpooled.copiedBuffer(body.orElse(""), StandardCharsets.UTF_8);
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target, content);
    request.headers().set(HttpHeaderNames.HOST, peer.authority());
    if (body.isPresent()) {
      request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    }
    HttpUtil.setContentLength(request, content.readableBytes());
    return request;
  }

  private Connection connect() throws IOException {
    SocketAddress address = peer.address();
    CompletableFuture<Connection> ready = new CompletableFuture<>();
    ChannelFuture connecting =
        new Bootstrap()
            .group(group)
            .channel(
                peer instanceof Peer.Local
                    ? EpollDomainSocketChannel.class
                    : EpollSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connect().toMillis())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    prepare(channel, ready);
                  }
                })
            .connect(address);
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            ready.completeExceptionally(done.cause());
          }
        });
    try {
      return ready.get(settings.connect().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      close(connecting.channel());
      throw peer.unreachable(e.getCause());
    } catch (TimeoutException e) {
      close(connecting.channel());
      throw peer.unreachable(
          new IOException("no connection within ms=" + settings.connect().toMillis(), e));
    } catch (InterruptedException e) {
      close(connecting.channel());
      throw interrupted(e);
    }
  }

  private void prepare(Channel channel, CompletableFuture<Connection> ready) {
    Connection connection = new Connection(ready);
    if (tls.isPresent() && peer instanceof Peer.Remote remote) {
      SslHandler handler = tls.get().newHandler(channel.alloc(), remote.host(), remote.port());
      handler.setHandshakeTimeoutMillis(settings.connect().toMillis());
      handler
          .handshakeFuture()
          .addListener(
              done -> {
                if (done.isSuccess()) {
                  ready.complete(connection);
                } else {
                  ready.completeExceptionally(done.cause());
                }
              });
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(
            new HttpClientCodec(), new HttpObjectAggregator(settings.maxAnswerBytes()), connection);
  }

  private static void close(Channel channel) {
    ChannelFuture unused = channel.close();
  }

  private static InterruptedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted =
        new InterruptedIOException("it was interrupted; whether it was done is not known");
    interrupted.initCause(cause);
    return interrupted;
  }

  /** One connection; one request at a time. */
  private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final CompletableFuture<Connection> ready;
    private volatile CompletableFuture<Answer> awaited = new CompletableFuture<>();
    private volatile boolean last;
    private volatile long usedNanos = System.nanoTime();
    private volatile Optional<Channel> channel = Optional.empty();

    Connection(CompletableFuture<Connection> ready) {
      this.ready = ready;
    }

    CompletableFuture<Answer> ask(FullHttpRequest request) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      awaited = answer;
      Channel open = channel.orElseThrow();
      open.writeAndFlush(request)
          .addListener(
              written -> {
                // An answer may come all the same: the request was refused before its end.
                if (!written.isSuccess() && !open.isActive()) {
                  answer.completeExceptionally(written.cause());
                }
              });
      return answer;
    }

    boolean isFresh(Duration limit) {
      return channel.orElseThrow().isActive() && System.nanoTime() - usedNanos < limit.toNanos();
    }

    boolean isReusable() {
      return !last && channel.orElseThrow().isActive();
    }

    void close() {
      channel.ifPresent(ApiTransport::close);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      channel = Optional.of(context.channel());
      if (tls.isEmpty()) {
        ready.complete(this);
      }
      context.fireChannelActive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      last = !HttpUtil.isKeepAlive(response);
      usedNanos = System.nanoTime();
      String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
      Answer answer =
          new Answer(
              response.status().code(),
              type,
              Map.of(),
              response.content().toString(StandardCharsets.UTF_8));
      awaited.complete(answer);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail(new IOException("closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(
          cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
      ApiTransport.close(context.channel());
    }

    private void fail(Throwable cause) {
      ready.completeExceptionally(cause);
      awaited.completeExceptionally(cause);
    }
  }
}
