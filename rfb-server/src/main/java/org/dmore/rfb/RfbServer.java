package org.dmore.rfb;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.capture.InputTap;
import org.dmore.rfb.capture.Recording;
import org.dmore.rfb.capture.RecordingOptions;
import org.dmore.rfb.capture.SessionRecorder;
import org.dmore.rfb.codec.ServerClipboard;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.session.Audience;
import org.dmore.rfb.session.EncodingPool;
import org.dmore.rfb.session.GuardedListener;
import org.dmore.rfb.session.Session;
import org.dmore.rfb.session.SessionContext;
import org.dmore.rfb.session.SessionRegistry;
import org.dmore.rfb.session.SharedClipboard;
import org.dmore.rfb.session.TcpTransport;
import org.dmore.rfb.session.Workspaces;
import org.dmore.rfb.web.Entrance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a {@link Desktop} to RFB clients and hands their input to {@link InputSink}s.
 *
 * <p>Each client is served by one event loop: it decodes, calls the client's sink, reads the
 * desktop, encodes and writes on that one thread. Large updates are encoded by threads of the
 * server's own, which read the server's copy of the desktop and call nothing of the embedder's.
 *
 * <p>Threading: all methods may be called from any thread, save that {@link #listen} and {@link
 * #close} wait and so must not be called on an event loop of the server's.
 */
public final class RfbServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RfbServer.class);

  /** Bytes that the kernel takes beyond those in flight. */
  private static final int UNSENT_BYTES = 1 << 16;

  private final SessionContext context;
  private final Optional<IoEventLoopGroup> embeddersGroup;
  private final int threads;

  private IoEventLoopGroup group;
  private final List<Channel> listeners = new ArrayList<>();
  private final List<Entrance> entrances = new ArrayList<>();
  private final Set<SessionRecorder> recorders = ConcurrentHashMap.newKeySet();
  private final InputTap inputTap;
  private boolean closed;

  private RfbServer(Builder builder) {
    RfbLimits limits = builder.limits;
    this.inputTap = new InputTap(builder.input);
    EncodingPool pool = new EncodingPool(builder.encodingThreads, builder.metrics);
    this.context =
        new SessionContext(
            builder.desktop,
            new Picture(builder.desktop, limits.maxComparedPixels(), pool::changed),
            pool,
            inputTap,
            builder.security,
            builder.sharing,
            new Audience(builder.desktop, builder.control),
            new SharedClipboard(),
            Optional.ofNullable(builder.power),
            limits,
            new AddressBlocklist(
                limits.maxAuthenticationFailures(), limits.firstBlock(), System::nanoTime),
            new SessionRegistry(limits.maxConnections(), limits.maxConnectionsPerAddress()),
            new Workspaces(builder.metrics),
            builder.metrics,
            new GuardedListener(builder.listener));
    this.embeddersGroup = Optional.ofNullable(builder.group);
    this.threads = builder.threads;
  }

  /** Begins to describe a server. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Makes event loops of the best kind that this system has, for an embedder that wants to run its
   * own work on them; {@link Builder#eventLoopGroup} takes them. The threads are daemons.
   *
   * @param threads at least 1
   * @param name what the threads' names begin with
   */
  public static IoEventLoopGroup newEventLoopGroup(int threads, String name) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    if (!Epoll.isAvailable()) {
      LOG.debug("epoll is not available: {}", String.valueOf(Epoll.unavailabilityCause()));
    }
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
  }

  /**
   * Listens for RFB.
   *
   * @param address where; port 0 takes any that is free
   * @return the address that it listens on
   * @throws BindException if the address cannot be had; the message tells what to do
   * @throws IllegalStateException if it has been closed
   */
  public InetSocketAddress start(InetSocketAddress address) throws BindException {
    return listen(Listener.rfb(address));
  }

  /**
   * Listens; called several times, at several ports.
   *
   * @return the address that it listens on
   * @throws BindException if the address cannot be had; the message tells what to do
   * @throws IllegalStateException if it has been closed
   */
  public synchronized InetSocketAddress listen(Listener listener) throws BindException {
    if (closed) {
      throw new IllegalStateException("a closed RfbServer does not start again");
    }
    InetSocketAddress address = listener.address();
    if (address.isUnresolved()) {
      throw bindException("host=" + address.getHostString() + " is not known", null);
    }
    if (group == null) {
      group = embeddersGroup.orElseGet(() -> newEventLoopGroup(threads, "rfb"));
    }
    Entrance entrance = new Entrance(context, listener.rfb(), listener.web(), listener.proxies());
    int high = context.limits().outputBuffer();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(transport(group))
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 128)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            // What one client can send between two turns of the others: 4 reads of 32 KiB.
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(256, 2048, 32 * 1024).maxMessagesPerRead(4))
            // A failed write must not throw away keys that the kernel still holds for us.
            .childOption(ChannelOption.AUTO_CLOSE, false)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(Math.max(1, high / 4), high))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    entrance.accept(channel);
                  }
                });
    if (group.isIoType(EpollIoHandler.class)) {
      // What the kernel holds back for a slow line is out of date when it goes.
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT_BYTES);
    }
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      if (listeners.isEmpty()) {
        shutDownOwnGroup();
        group = null;
      }
      throw explain(address, bound.cause());
    }
    listeners.add(bound.channel());
    entrances.add(entrance);
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /**
   * Records what a viewer would see, from now on, to a new file that only its owner may read; see
   * {@link Recording} for what players take. Input is left out unless the options ask for it: then
   * it goes to a second file, whose name has {@code .input.jsonl} appended, one JSON object a line.
   *
   * @throws IOException if a file is there already, or cannot be made
   * @throws IllegalStateException if the server is closed
   */
  public Recording record(Path file, RecordingOptions options) throws IOException {
    WritableByteChannel frames = newFile(file);
    try {
      Optional<WritableByteChannel> input = Optional.empty();
      if (options.input()) {
        input = Optional.of(newFile(file.resolveSibling(file.getFileName() + ".input.jsonl")));
      }
      return record(frames, input, options);
    } catch (IOException | RuntimeException e) {
      frames.close();
      throw e;
    }
  }

  /**
   * As {@link #record(Path, RecordingOptions)}, to channels, which are written on a thread of the
   * recording's own and closed at its end. They may block.
   *
   * @param input receives input if the options ask for it
   */
  public synchronized Recording record(
      WritableByteChannel frames, Optional<WritableByteChannel> input, RecordingOptions options) {
    if (closed) {
      throw new IllegalStateException("a closed RfbServer does not record");
    }
    if (options.input() && input.isEmpty()) {
      throw new IllegalArgumentException("input is to be recorded, and there is no channel for it");
    }
    if (group == null) {
      group = embeddersGroup.orElseGet(() -> newEventLoopGroup(threads, "rfb"));
    }
    SessionRecorder recorder =
        SessionRecorder.start(
            options,
            group.next(),
            frames,
            input,
            context.limits().outputBuffer(),
            channel ->
                Session.accept(
                    context.ofRecording(),
                    channel,
                    new TcpTransport(ConnectionInfo.plain(channel.remoteAddress()))));
    recorders.add(recorder);
    recorder.ended().thenRun(() -> recorders.remove(recorder));
    if (options.input()) {
      inputTap.add(recorder);
    }
    return recorder;
  }

  private static WritableByteChannel newFile(Path file) throws IOException {
    Set<StandardOpenOption> how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? FileChannel.open(
            file,
            how,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
        : FileChannel.open(file, how);
  }

  /** The connections now, in the order in which they came. */
  public List<ClientInfo> clients() {
    return context.registry().sessions().stream().map(Session::info).toList();
  }

  /**
   * Gives control to a client, as its {@link ControlPolicy} has it; where {@link
   * ControlPolicy#everyone} has control, to all again. It passes soon, once the holder's keys are
   * released.
   *
   * @return false if there is no client with that id, or it has no {@link Right#CONTROL}
   */
  public boolean giveControl(long id) {
    return context.audience().give(id);
  }

  /** Takes control from whoever has it. Nobody types until {@link #giveControl}. */
  public void takeControl() {
    context.audience().take();
  }

  /**
   * Tells the clients that may control that the guest's clipboard has changed. It is kept for those
   * that ask later.
   *
   * @param text its lines ended in any way
   * @throws IllegalArgumentException if it is longer than {@link RfbLimits#maxCutText} in UTF-8
   */
  public void clipboard(String text) {
    ServerClipboard clipboard = new ServerClipboard(text);
    int limit = context.limits().maxCutText();
    if (clipboard.length() - 1 > limit) {
      throw new IllegalArgumentException(
          "clipboard bytes=" + (clipboard.length() - 1) + " are more than maxCutText=" + limit);
    }
    context.clipboard().set(clipboard);
    context.registry().sessions().forEach(Session::clipboardChanged);
  }

  /** Rings the clients' bells (RFC 6143, 7.6.3). */
  public void bell() {
    context.registry().sessions().forEach(Session::bell);
  }

  /** Ends a connection; returns false if there is none with that id. */
  public boolean disconnect(long id, String reason) {
    for (Session session : context.registry().sessions()) {
      if (session.id() == id) {
        session.disconnect(reason);
        return true;
      }
    }
    return false;
  }

  /**
   * Stops listening and ends all connections; what they sent and was not handed over yet is thrown
   * away. Returns when every sink is closed. An embedder's event loops run on. Does nothing the
   * second time.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    recorders.forEach(SessionRecorder::close);
    if (listeners.isEmpty()) {
      if (group != null) {
        context.workspaces().close();
        shutDownOwnGroup();
      }
      return;
    }
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    Set<EventExecutor> loops = new HashSet<>();
    for (EventExecutor loop : group) {
      loops.add(loop);
    }
    // After a turn of each loop, what was accepted before is registered.
    waitForLoops(loops);
    // Before the sessions: none of these becomes one then.
    entrances.forEach(Entrance::close);
    for (Session session : context.registry().sessions()) {
      session.disconnect("the server is closed");
    }
    context.registry().awaitEmpty();
    context.pool().close();
    context.workspaces().close();
    shutDownOwnGroup();
  }

  private static void waitForLoops(Set<EventExecutor> loops) {
    for (EventExecutor loop : loops) {
      loop.submit(() -> {}).awaitUninterruptibly();
    }
  }

  private void shutDownOwnGroup() {
    if (embeddersGroup.isEmpty()) {
      Future<?> done = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
      done.awaitUninterruptibly();
    }
  }

  private static Class<? extends ServerChannel> transport(IoEventLoopGroup group) {
    if (group.isIoType(EpollIoHandler.class)) {
      return EpollServerSocketChannel.class;
    }
    if (group.isIoType(NioIoHandler.class)) {
      return NioServerSocketChannel.class;
    }
    throw new IllegalArgumentException(
        "event-loop-group=" + group + " is neither of epoll nor of NIO");
  }

  private static BindException explain(InetSocketAddress address, Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    String host = address.getAddress().getHostAddress();
    int port = address.getPort();
    if (text.contains("in use")) {
      return bindException(
          "port="
              + port
              + " host="
              + host
              + " is in use: choose another port, or stop what holds it",
          cause);
    }
    if (text.contains("ermission denied")) {
      return bindException(
          "port=" + port + " may not be opened by this user: choose one above 1023", cause);
    }
    if (text.contains("assign requested address")) {
      return bindException(
          "host=" + host + " is no address of this machine: choose one that is, or 0.0.0.0", cause);
    }
    return bindException("port=" + port + " host=" + host + " cannot be opened: " + text, cause);
  }

  private static BindException bindException(String message, Throwable cause) {
    BindException e = new BindException(message);
    if (cause instanceof IOException) {
      e.initCause(cause);
    }
    return e;
  }

  /** Describes a server. Not thread-safe. */
  public static final class Builder {
    private static final int MAX_ENCODING_THREADS = 4;

    private Desktop desktop;
    private InputSinkFactory input = InputSinkFactory.viewOnly();
    private List<SecurityType> security = List.of();
    private Sharing sharing = Sharing.HONOUR_CLIENT;
    private ControlPolicy control = ControlPolicy.everyone();
    private PowerControl power;
    private RfbLimits limits = RfbLimits.defaults();
    private ServerMetrics metrics = ServerMetrics.none();
    private ServerListener listener = ServerListener.none();
    private IoEventLoopGroup group;
    private int threads = 1;
    private int encodingThreads =
        Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), MAX_ENCODING_THREADS));

    private Builder() {}

    /** What is shown. Must be given. */
    public Builder desktop(Desktop value) {
      desktop = value;
      return this;
    }

    /** Where input goes; view only if not given. */
    public Builder input(InputSinkFactory value) {
      input = value;
      return this;
    }

    /** How clients prove who they are, best first. At least one must be given. */
    public Builder security(SecurityType... values) {
      return security(List.of(values));
    }

    /** As {@link #security(SecurityType...)}; {@link SecurityTypes} makes such a list. */
    public Builder security(List<SecurityType> values) {
      security = List.copyOf(values);
      return this;
    }

    /** {@link Sharing#HONOUR_CLIENT} if not given. */
    public Builder sharing(Sharing value) {
      sharing = value;
      return this;
    }

    /** Who types at a time; {@link ControlPolicy#everyone} if not given. */
    public Builder control(ControlPolicy value) {
      control = value;
      return this;
    }

    /** Switches the machine; if not given, no client is told that it may ask. */
    public Builder power(PowerControl value) {
      power = value;
      return this;
    }

    /** {@link RfbLimits#defaults} if not given. */
    public Builder limits(RfbLimits value) {
      limits = value;
      return this;
    }

    /** What counts; none if not given. */
    public Builder metrics(ServerMetrics value) {
      metrics = value;
      return this;
    }

    /** Who hears of clients; no one if not given. */
    public Builder listener(ServerListener value) {
      listener = value;
      return this;
    }

    /**
     * The embedder's event loops, of epoll or NIO; the server does not shut them down. One loop of
     * its own if not given.
     */
    public Builder eventLoopGroup(IoEventLoopGroup value) {
      group = value;
      return this;
    }

    /** How many loops of its own the server makes, from 1; without meaning if it is given some. */
    public Builder threads(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("threads=" + value + " must be 1 or more");
      }
      threads = value;
      return this;
    }

    /**
     * How many threads encode large updates beside the event loops; they come with the work and go
     * without it. As many as there are processors, 4 at most, if not given; with 0 the event loops
     * encode all.
     */
    public Builder encodingThreads(int value) {
      if (value < 0) {
        throw new IllegalArgumentException("encodingThreads=" + value + " must not be negative");
      }
      encodingThreads = value;
      return this;
    }

    /**
     * Makes the server.
     *
     * @throws IllegalStateException naming what is missing
     */
    public RfbServer build() {
      if (desktop == null) {
        throw new IllegalStateException("an RfbServer needs a desktop: call desktop(...)");
      }
      if (security.isEmpty()) {
        throw new IllegalStateException(
            "an RfbServer needs a security type: call security(...), with NoAuthentication to let"
                + " everyone in");
      }
      return new RfbServer(this);
    }
  }
}
