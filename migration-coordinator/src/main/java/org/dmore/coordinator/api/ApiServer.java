package org.dmore.coordinator.api;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.host.VmHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a control plane, and this host to other hosts, by HTTP/1.1 with JSON: on a TCP port with
 * TLS 1.3 and certificates of both sides, on a Unix socket, or both. What it answers it describes
 * itself, at {@code /v1/openapi.json}.
 *
 * <p>Over TCP the client's certificate must be from the operator's authority, and says by its
 * subject who it is: CN is the name, OU the {@link Role}. On the Unix socket the kernel says whose
 * process it is; users that are not named get 403. The control plane and the host are called on
 * threads of the server's own, many at a time.
 *
 * <p>Linux, as the peers of a Unix socket are known there.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  private final ApiSettings settings;
  private final ApiConnection.Site site;
  private final EventLoopGroup group;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private Optional<SocketFile> socket = Optional.empty();
  private Optional<InetSocketAddress> address = Optional.empty();

  /** Prepares to serve; nobody is listened to yet. */
  public ApiServer(ApiSettings settings, ControlPlane control, VmHost host) {
    this(settings, control, host, UnaryOperator.identity());
  }

  /** The same, with something around what answers. */
  ApiServer(
      ApiSettings settings, ControlPlane control, VmHost host, UnaryOperator<Responder> around) {
    Epoll.ensureAvailability();
    this.settings = settings;
    ApiLimits limits = settings.limits();
    ApiJson json = new ApiJson();
    Problems problems = new Problems(json);
    site =
        new ApiConnection.Site(
            around.apply(new Dispatcher(control, host, limits, json, problems)),
            problems,
            new Workers(limits),
            limits);
    group =
        new MultiThreadIoEventLoopGroup(
            2, new DefaultThreadFactory("api", true), EpollIoHandler.newFactory());
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if the port is taken, the socket is another's, or may not be made
   */
  public void start() throws IOException {
    try {
      if (settings.local().isPresent()) {
        listenLocally(settings.local().get());
      }
      if (settings.tcp().isPresent()) {
        listen(settings.tcp().get());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Where TCP is listened on, with the port that was free; empty without TCP. */
  public Optional<InetSocketAddress> address() {
    return address;
  }

  @Override
  public void close() {
    channels.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    site.workers().close();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    socket.ifPresent(
        file -> {
          try {
            file.remove();
          } catch (IOException e) {
            LOG.warn("api: the socket's file stays: {}", e.toString());
          }
        });
    socket = Optional.empty();
  }

  private void listenLocally(ApiSettings.Local local) throws IOException {
    SocketFile file = new SocketFile(local.socket());
    DomainSocketAddress bound = new DomainSocketAddress(file.prepare().toString());
    socket = Optional.of(file);
    Channel unused =
        bind(
            EpollServerDomainSocketChannel.class,
            bound,
            "socket=" + local.socket(),
            channel -> addHttp(channel, context -> localCaller(context.channel(), local)));
    file.publish();
    LOG.info("api: socket={}", local.socket());
  }

  private static Caller localCaller(Channel channel, ApiSettings.Local local) throws IOException {
    PeerCredentials peer = ((EpollDomainSocketChannel) channel).peerCredentials();
    String name = "uid=" + peer.uid();
    return local.allows(peer.uid(), peer.gids())
        ? Caller.of(name, Role.OPERATOR)
        : Caller.refused(
            name,
            name
                + " may not use this socket: it is for root and the users and groups that"
                + " hostd's settings name");
  }

  private void listen(ApiSettings.Tcp tcp) throws IOException {
    SslContext tls = tcp.credentials().serverContext();
    Channel bound =
        bind(
            EpollServerSocketChannel.class,
            tcp.address(),
            "address=" + tcp.address(),
            channel -> {
              SslHandler handler = tls.newHandler(channel.alloc());
              handler.setHandshakeTimeoutMillis(site.limits().handshake().toMillis());
              channel.pipeline().addLast(handler);
              addHttp(channel, ApiServer::remoteCaller);
            });
    address = Optional.of((InetSocketAddress) bound.localAddress());
    LOG.info("api: address={}", bound.localAddress());
  }

  private static Caller remoteCaller(ChannelHandlerContext context) throws IOException {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    // Checked against the authority by the handshake, which wants one.
    X509Certificate certificate =
        (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
    return CertificateSubject.callerOf(certificate);
  }

  private void addHttp(Channel channel, ApiConnection.Identification identification) {
    ApiConnection connection = new ApiConnection(site, identification);
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(site.limits().maxHeaderBytes())
            .setMaxHeaderSize(site.limits().maxHeaderBytes());
    channel
        .pipeline()
        .addLast(
            connection.firstByte(),
            new HttpServerCodec(config),
            new FlowControlHandler(),
            connection);
  }

  /** What makes a connection one. */
  @FunctionalInterface
  private interface Setup {
    void on(Channel channel);
  }

  private Channel bind(
      Class<? extends ServerChannel> type, SocketAddress at, String name, Setup setup)
      throws IOException {
    AtomicInteger open = new AtomicInteger();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, site.limits().maxConnections())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    admit(channel, name, open, setup);
                  }
                })
            .bind(at)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          name + " cannot be listened on: " + bound.cause().getMessage(), bound.cause());
    }
    channels.add(bound.channel());
    return bound.channel();
  }

  private void admit(Channel channel, String name, AtomicInteger open, Setup setup) {
    channels.add(channel);
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    if (open.incrementAndGet() > site.limits().maxConnections()) {
      LOG.warn("api: {} has maxConnections={} already", name, site.limits().maxConnections());
      ChannelFuture unused = channel.close();
      return;
    }
    setup.on(channel);
  }
}
