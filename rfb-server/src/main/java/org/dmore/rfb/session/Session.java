package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.dmore.rfb.Client;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.Identity;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.Right;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.codec.RfbChannelHandler;
import org.dmore.rfb.codec.RfbHandler;
import org.dmore.rfb.codec.RfbReader;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.protocol.ClientCutText;
import org.dmore.rfb.protocol.ClientMessage;
import org.dmore.rfb.protocol.EnableContinuousUpdates;
import org.dmore.rfb.protocol.ExtendedClipboard;
import org.dmore.rfb.protocol.Fence;
import org.dmore.rfb.protocol.FramebufferUpdateRequest;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.PointerMode;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.RfbProtocolException;
import org.dmore.rfb.protocol.SetDesktopSize;
import org.dmore.rfb.protocol.SetEncodings;
import org.dmore.rfb.protocol.SetPixelFormat;
import org.dmore.rfb.protocol.XvpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its first byte to its end.
 *
 * <p>The end. What the client sent before it went is handed over first, then its sink is closed,
 * once. This holds for a connection that is closed (FIN) and, as far as the kernel kept the bytes,
 * for one that is reset: a failed write ends output only, and input is read to its end. A client
 * that goes while its input is paused keeps its sink until it is resumed. Where the server ends the
 * connection (malformed input, a limit, {@link #disconnect}), what was not handed over is thrown
 * away.
 *
 * <p>Threading: on the channel's event loop, save the methods of {@link Client} and {@link #info}.
 */
public final class Session implements Client, RfbHandler, RfbChannelHandler.Events {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** How long a refused client may take to read the reason. */
  private static final long FAREWELL_MILLIS = 1000;

  /** Characters of a failure's message that are logged. */
  private static final int MAX_PROBLEM = 120;

  private static final Identity UNKNOWN = new Identity("", Set.of());

  private final SessionContext context;
  private final Channel channel;
  private final Transport transport;
  private final EventExecutor loop;
  private final long id;
  private final SocketAddress address;
  private final Instant since = Instant.now();
  private final long sinceNanos = System.nanoTime();
  private final RfbReader reader;
  private final RfbChannelHandler channelHandler;
  private final Handshake handshake;
  private final DamageTracker tracker;
  private final Notices notices;
  private final UpdateSender updates;
  private final OutputWatch output;
  private final ClientInput input;
  private final ClipboardExchange clipboard;
  private final PowerRequests power;

  private Optional<LoopTimer> handshakeTimer = Optional.empty();
  private Runnable goodbye = () -> {};
  private boolean listening;
  private boolean entered;
  private boolean isEnded;
  private boolean cutTextReported;
  private long readNanos;
  private String endReason = "";

  private volatile ClientInfo.State state = ClientInfo.State.HANDSHAKE;
  private volatile String version = "";
  private volatile String security = "";
  private volatile Identity identity = UNKNOWN;
  private volatile String encoding = "";
  private volatile long activeNanos = sinceNanos;
  private volatile long bytesReceived;
  private volatile long bytesSent;

  private Session(SessionContext context, Channel channel, Transport transport) {
    this.context = context;
    this.channel = channel;
    this.transport = transport;
    this.loop = channel.eventLoop();
    this.id = context.registry().nextId();
    this.address = transport.connection().address();
    RfbLimits limits = context.limits();
    this.reader = new RfbReader(this, limits.maxCutText(), limits.maxEncodings());
    this.channelHandler = new RfbChannelHandler(reader, this);
    this.handshake =
        new Handshake(
            context.security(),
            context.blocklist(),
            transport.connection(),
            limits.authenticationFailureDelay(),
            new HandshakeOutcome());
    this.tracker =
        new DamageTracker(
            context.desktop().size(),
            context.workspaces().turns(loop),
            this::desktopChanged,
            this::failed);
    this.notices = new Notices(context.desktop());
    this.updates =
        new UpdateSender(
            channel,
            context.picture(),
            tracker,
            notices,
            context.workspaces().of(loop),
            context.pool(),
            this::write,
            this::updateTurn);
    this.output = new OutputWatch(loop, channel, limits, updates, new OutputOwner());
    ClipboardAudit audit = new ClipboardAudit(this, context.listener());
    this.input =
        new ClientInput(
            this,
            loop,
            context.audience(),
            context.input(),
            new ClientPointer(tracker::size, notices::toldPointerMode),
            audit,
            limits.idleTimeout(),
            new InputOwner());
    this.clipboard =
        new ClipboardExchange(
            context.clipboard(), limits.maxCutText(), this::send, channel::isWritable, audit);
    this.power = new PowerRequests(this, loop, context.power(), context.listener(), this::send);
    // What is set here is seen by the loop before it calls: Netty publishes the pipeline safely.
  }

  /**
   * Takes a connection that was accepted, on its event loop; closes it if there are too many. The
   * session begins when the channel becomes active, or a handler before its own says that it did.
   *
   * @param channel reads and writes RFB's bytes; handlers that its transport needs stand in its
   *     pipeline already
   */
  public static void accept(SessionContext context, Channel channel, Transport transport) {
    Session session = new Session(context, channel, transport);
    if (!context.registry().add(session)) {
      context.metrics().refused(ServerMetrics.Refusal.TOO_MANY);
      context
          .listener()
          .refused(
              session.address,
              ServerMetrics.Refusal.TOO_MANY,
              "maxConnections=" + context.limits().maxConnections() + " reached");
      LOG.info(
          "client address={} refused reason=\"maxConnections={} reached\"",
          session.address,
          context.limits().maxConnections());
      close(channel);
      return;
    }
    context.metrics().connected(transport.name());
    context.listener().connected(session.info());
    channel.pipeline().addLast(session.channelHandler);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public void pauseInput() {
    channelHandler.pause();
  }

  @Override
  public void resumeInput() {
    channelHandler.resume();
  }

  @Override
  public void relativePointer(boolean relative) {
    onLoop(
        () -> {
          notices.pointerMode(relative ? PointerMode.RELATIVE : PointerMode.ABSOLUTE);
          sendUpdates();
        });
  }

  @Override
  public void disconnect(String reason) {
    onLoop(() -> end(reason));
  }

  /** The guest's clipboard changed. Any thread. */
  public void clipboardChanged() {
    onLoop(
        () -> {
          if (state == ClientInfo.State.RUNNING && identity.may(Right.CONTROL)) {
            clipboard.changed();
          }
        });
  }

  /** Rings; a client that is behind with its output hears nothing. Any thread. */
  public void bell() {
    onLoop(
        () -> {
          if (state == ClientInfo.State.RUNNING && channel.isWritable()) {
            send(RfbWriter::bell);
          }
        });
  }

  /** The connection is closed; drops what was not handed over. */
  private void forget(String reason) {
    if (!isEnded) {
      LOG.warn(
          "client id={} address={} is forgotten with what it typed, which the guest did not take: {}",
          id,
          address,
          reason);
      end(reason);
    }
  }

  private void onLoop(Runnable work) {
    if (loop.inEventLoop()) {
      work.run();
      return;
    }
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      // The loops are shut down and the connection with them.
    }
  }

  /** Whether it has had that long to finish the handshake and has not. Any thread. */
  boolean isInHandshakeFor(Duration time) {
    return state == ClientInfo.State.HANDSHAKE && System.nanoTime() - sinceNanos >= time.toNanos();
  }

  /** Whether it is on the desktop. Any thread. */
  boolean isRunning() {
    return state == ClientInfo.State.RUNNING;
  }

  /** The connection as it is now. */
  public ClientInfo info() {
    return new ClientInfo(
        id,
        address,
        transport.name(),
        state,
        version,
        security,
        identity,
        input.hasControl(),
        encoding,
        since,
        Duration.ofNanos(System.nanoTime() - activeNanos),
        bytesReceived,
        bytesSent);
  }

  // ---- the socket's events

  @Override
  public void opened(ChannelHandlerContext opened) {
    handshakeTimer =
        Optional.of(
            LoopTimer.start(
                loop,
                context.limits().handshakeTimeout(),
                () -> {
                  String reason =
                      "the handshake took longer than "
                          + context.limits().handshakeTimeout().toSeconds()
                          + " s";
                  context.metrics().refused(ServerMetrics.Refusal.TOO_SLOW);
                  context.listener().refused(address, ServerMetrics.Refusal.TOO_SLOW, reason);
                  end(reason);
                }));
    handshake.start();
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by the event loop alone
  public void received(int bytes) {
    bytesReceived += bytes;
    readNanos = System.nanoTime();
    context.metrics().received(bytes);
  }

  @Override
  public void malformed(RfbProtocolException problem) {
    context.metrics().refused(ServerMetrics.Refusal.MALFORMED);
    LOG.warn("client id={} address={} malformed: {}", id, address, problem.getMessage());
    end("malformed input: " + problem.getMessage());
  }

  @Override
  public void failed(RuntimeException problem) {
    LOG.error("client id={} address={} is cut, since its code failed", id, address, problem);
    end("server error: " + problem);
  }

  @Override
  public void socketFailed(Throwable cause) {
    if (cause instanceof IOException) {
      // A failed write ends output; what the client sent before is still read, to its end.
      remember("connection failed: " + brief(cause));
    } else if (cause instanceof DecoderException && cause.getCause() instanceof IOException) {
      // TLS, which closes the channel itself.
      remember("encryption failed: " + brief(cause.getCause()));
    } else {
      LOG.error("client id={} address={} is cut, since the server failed", id, address, cause);
      end("server error: " + cause);
    }
  }

  @Override
  public void writabilityChanged() {
    clipboard.flush();
    sendUpdates();
  }

  @Override
  public void closed() {
    state = ClientInfo.State.CLOSING;
    remember("closed by the client");
    handshakeTimer.ifPresent(LoopTimer::cancel);
    output.cancel();
    if (listening) {
      listening = false;
      context.picture().remove(tracker);
    }
    updates.close();
    context
        .registry()
        .left(this)
        .ifPresent(first -> first.onLoop(() -> first.forget("too many have left since")));
  }

  @Override
  public void ended() {
    isEnded = true;
    input.end();
    context.registry().remove(this);
    LOG.info(
        "client id={} address={} disconnected reason=\"{}\" seconds={} received={} sent={}",
        id,
        address,
        endReason,
        Duration.between(since, Instant.now()).toSeconds(),
        bytesReceived,
        bytesSent);
    context
        .listener()
        .left(info(), entered, endReason, Duration.ofNanos(System.nanoTime() - sinceNanos));
  }

  // ---- what the client says

  @Override
  public void version(ProtocolVersion spoken) {
    RfbReader.State next = handshake.version(spoken);
    version = handshake.version();
    expect(next);
  }

  @Override
  public void securityType(int number) {
    expect(handshake.securityType(number));
  }

  @Override
  public boolean security(ByteBuf in) {
    int before = in.readableBytes();
    expect(handshake.receive(in));
    return in.readableBytes() < before;
  }

  private void expect(RfbReader.State next) {
    security = handshake.security();
    reader.expect(next);
  }

  @Override
  public void clientInit(boolean shared) {
    handshakeTimer.ifPresent(LoopTimer::cancel);
    boolean exclusive =
        switch (context.sharing()) {
          // Who may only look may not send those away who type.
          case HONOUR_CLIENT -> !shared && identity.may(Right.CONTROL);
          case ALWAYS_SHARED -> false;
          case NEVER_SHARED -> true;
        };
    if (!channel.isOpen()) {
      // It went within the handshake: there is no one to show the desktop to.
      reader.expect(RfbReader.State.BAD_MESSAGE);
      return;
    }
    List<Session> others = context.registry().enter(this, () -> state = ClientInfo.State.RUNNING);
    if (exclusive) {
      for (Session other : others) {
        other.disconnect("client id=" + id + " wants the desktop for itself");
      }
    }
    Desktop desktop = context.desktop();
    listening = true;
    context.picture().add(tracker);
    tracker.refreshSize(desktop.size());
    Desktop.Size size = tracker.size();
    updates.begin(size);
    String name = desktop.name();
    notices.begin(name);
    send(out -> RfbWriter.serverInit(out, size.width(), size.height(), PixelFormat.RGB888, name));
    reader.expect(RfbReader.State.MESSAGE);
    encoding = updates.preferred().name();
    LOG.info(
        "client id={} address={} connected transport={} version={} security={} user=\"{}\""
            + " rights={} shared={}",
        id,
        address,
        transport.name(),
        version,
        security,
        identity.name(),
        identity.rights(),
        shared);
    entered = true;
    context.listener().entered(info());
    input.begin();
  }

  @Override
  public void key(boolean down, int keysym, int scancode) {
    activeNanos = readNanos;
    input.key(down, keysym, scancode);
    context.metrics().key(System.nanoTime() - readNanos);
    updates.handled();
  }

  @Override
  public void pointer(int buttons, int x, int y) {
    activeNanos = readNanos;
    input.pointer(buttons, x, y);
    updates.handled();
  }

  @Override
  public void message(ClientMessage message) {
    decide(message);
    if (!(message instanceof Fence)) {
      updates.handled();
    }
  }

  private void decide(ClientMessage message) {
    // A sealed interface's switch needs Java 21.
    if (message instanceof FramebufferUpdateRequest request) {
      updates.request(request.incremental(), request.area());
    } else if (message instanceof SetEncodings offered) {
      setEncodings(ClientEncodings.of(offered.encodings()));
    } else if (message instanceof SetPixelFormat wanted) {
      updates.setPixelFormat(wanted.format());
    } else if (message instanceof ClientCutText cut) {
      input.clipboard(cut.text());
    } else if (message instanceof ExtendedClipboard extended) {
      clipboard.receive(extended, input.hasControl()).ifPresent(input::clipboard);
    } else if (message instanceof XvpRequest request) {
      power.receive(request);
    } else if (message instanceof Fence fence) {
      updates.fence(fence);
    } else if (message instanceof EnableContinuousUpdates continuous) {
      updates.continuous(continuous.enable(), continuous.area());
    } else if (message instanceof SetDesktopSize) {
      updates.refuseDesktopSize();
    } else {
      throw new IllegalStateException("no one decides on " + message);
    }
  }

  private void setEncodings(ClientEncodings offered) {
    Set<PseudoEncoding> agreed =
        EnumSet.of(
            PseudoEncoding.EXTENDED_MOUSE_BUTTONS,
            PseudoEncoding.FENCE,
            PseudoEncoding.CONTINUOUS_UPDATES);
    if (identity.may(Right.CONTROL)) {
      agreed.add(PseudoEncoding.EXTENDED_CLIPBOARD);
    }
    if (power.areAllowed()) {
      agreed.add(PseudoEncoding.XVP);
    }
    agreed.retainAll(offered.extensions());
    reader.agree(agreed);
    updates.setEncodings(offered);
    encoding = updates.preferred().name();
    clipboard.offered(agreed.contains(PseudoEncoding.EXTENDED_CLIPBOARD));
    if (agreed.contains(PseudoEncoding.XVP)) {
      power.offered();
    }
  }

  @Override
  public void cutTextTooLong(long length) {
    if (!cutTextReported) {
      cutTextReported = true;
      LOG.warn(
          "client id={} address={} clipboard of bytes={} left out: limit={}",
          id,
          address,
          length,
          context.limits().maxCutText());
    }
  }

  // ---- output

  private void desktopChanged() {
    sendUpdates();
  }

  private void updateTurn() {
    guarded(updates::turn);
  }

  private void sendUpdates() {
    guarded(updates::send);
  }

  /**
   * Runs what calls the embedder's desktop; its failure ends this connection and no other. An
   * error, as of memory, does so too before it goes on: an update may be half written.
   */
  private void guarded(Runnable work) {
    if (state != ClientInfo.State.RUNNING) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      failed(e);
    } catch (Error e) {
      end("server error: " + e);
      throw e;
    }
  }

  private void send(Consumer<ByteBuf> content) {
    updates.say(content);
    output.written();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by the event loop alone
  private void write(ByteBuf out) {
    if (!out.isReadable()) {
      out.release();
      return;
    }
    bytesSent += out.readableBytes();
    context.metrics().sent(out.readableBytes());
    // A void promise allocates nothing and tells failures to exceptionCaught.
    ChannelFuture unused = channel.writeAndFlush(out, channel.voidPromise());
    output.written();
  }

  // ---- the end

  /** A failure's message; TLS quotes in it whatever the client sent, all of it. */
  static String brief(Throwable problem) {
    String text = String.valueOf(problem.getMessage());
    return text.length() > MAX_PROBLEM ? text.substring(0, MAX_PROBLEM) + "..." : text;
  }

  private void remember(String reason) {
    if (endReason.isEmpty()) {
      endReason = reason;
    }
  }

  /** The server ends the connection: nothing more is handed over. */
  private void end(String reason) {
    remember(reason);
    close(channel);
    channelHandler.discard();
  }

  private static void close(Channel channel) {
    ChannelFuture unused = channel.close();
  }

  private final class InputOwner implements ClientInput.Owner {
    @Override
    public void title(String title) {
      if (notices.title(title)) {
        sendUpdates();
      }
    }

    @Override
    public boolean isInputPaused() {
      return channelHandler.isPaused();
    }

    @Override
    public void controlled() {
      context.listener().controlled(info());
    }

    @Override
    public void failed(RuntimeException problem) {
      Session.this.failed(problem);
    }
  }

  private final class OutputOwner implements OutputWatch.Owner {
    @Override
    public boolean isInputPaused() {
      return channelHandler.isPaused();
    }

    @Override
    public void givenUp(String reason) {
      end(reason);
    }

    @Override
    public void answersNoFences() {
      LOG.info("client id={} address={} answers no fences any more", id, address);
      guarded(updates::giveUpAnswers);
    }
  }

  private final class HandshakeOutcome implements Handshake.Outcome {
    @Override
    public void send(Consumer<ByteBuf> content) {
      Session.this.send(content);
    }

    @Override
    public void insert(ChannelInboundHandler codec, Runnable saysGoodbye) {
      goodbye = saysGoodbye;
      channelHandler.insert(codec);
    }

    @Override
    public <T> void await(
        CompletionStage<T> stage,
        boolean holdInput,
        BiFunction<Optional<T>, Optional<Throwable>, RfbReader.State> then) {
      if (holdInput) {
        channelHandler.pause();
      }
      CompletionStage<T> unused =
          stage.whenComplete(
              (value, problem) -> {
                try {
                  loop.execute(
                      () -> goOn(then, Optional.ofNullable(value), Optional.ofNullable(problem)));
                } catch (RejectedExecutionException e) {
                  // The loops are shut down and the connection with them.
                }
              });
    }

    private <T> void goOn(
        BiFunction<Optional<T>, Optional<Throwable>, RfbReader.State> then,
        Optional<T> value,
        Optional<Throwable> problem) {
      // Before the step: one that waits again holds the input itself.
      channelHandler.resume();
      if (reader.state() == RfbReader.State.WAIT && channel.isActive()) {
        try {
          expect(then.apply(value, problem));
        } catch (RfbProtocolException e) {
          malformed(e);
        } catch (RuntimeException e) {
          Session.this.failed(e);
        }
      }
    }

    @Override
    public void accepted(Identity client) {
      identity = client;
    }

    @Override
    public void broken(String reason) {
      LOG.info("client id={} address={} {}", id, address, reason);
      end(reason);
    }

    @Override
    public void failed(String what, Throwable cause) {
      LOG.error("client id={} address={}: {} failed", id, address, what, cause);
    }

    @Override
    public void rejected(
        ServerMetrics.Refusal why, String reason, Duration delay, Consumer<ByteBuf> farewell) {
      context.metrics().refused(why);
      context.listener().refused(address, why, reason);
      remember("refused: " + reason);
      if (delay.isZero()) {
        sayFarewell(farewell);
      } else {
        Future<?> unused =
            loop.schedule(() -> sayFarewell(farewell), delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    }

    /** Closing at once, with the client's bytes unread, would reset the connection. */
    private void sayFarewell(Consumer<ByteBuf> farewell) {
      if (!channel.isActive()) {
        return;
      }
      send(farewell);
      goodbye.run();
      transport.endOutput(channel);
      Future<?> unused =
          loop.schedule(() -> close(channel), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
