package org.dmore.coordinator.store.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;

/**
 * The members of etcd, and calls to one of them: the one that answered last, until it fails. Logs
 * in where that is needed. Thread-safe.
 */
final class EtcdMembers implements AutoCloseable {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  /** More bytes than a page of a list can need, {@link EtcdStateStore#PAGE}. */
  private static final int MAX_MESSAGE = 64 << 20;

  /** How long a connection may be silent before it is tried; etcd drops who asks more often. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /**
   * gRPC tells what it does to the JDK's log, on standard error. Held, or its level is forgotten.
   */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private final EtcdSettings settings;
  private final List<Member> members = new ArrayList<>();
  private final AtomicInteger current = new AtomicInteger();
  private volatile Optional<String> token = Optional.empty();
  private volatile boolean closed;

  /** One member; its connection is made when it is needed. */
  record Member(String name, ManagedChannel channel) {}

  /** A call, started on a channel. */
  @FunctionalInterface
  interface Call<T> {
    Future<T> start(Channel channel, Deadline deadline);
  }

  private EtcdMembers(EtcdSettings settings) {
    this.settings = settings;
    GRPC_LOG.setLevel(Level.WARNING);
  }

  /**
   * Makes the channels; nothing is connected yet.
   *
   * @throws StoreRefusedException if a certificate or key cannot be read
   */
  static EtcdMembers of(EtcdSettings settings) throws StoreRefusedException {
    EtcdMembers members = new EtcdMembers(settings);
    Optional<SslContext> ssl = Optional.empty();
    for (URI endpoint : settings.endpoints()) {
      if (endpoint.getScheme().equals("https") && ssl.isEmpty()) {
        ssl = Optional.of(sslContext(settings));
      }
    }
    for (URI endpoint : settings.endpoints()) {
      members.members.add(
          new Member(
              endpoint.getHost() + ":" + EtcdSettings.portOf(endpoint),
              channel(
                  settings,
                  endpoint,
                  ssl.filter(context -> endpoint.getScheme().equals("https")))));
    }
    return members;
  }

  private static ManagedChannel channel(
      EtcdSettings settings, URI endpoint, Optional<SslContext> ssl) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.getHost(), EtcdSettings.portOf(endpoint))
            .maxInboundMessageSize(MAX_MESSAGE)
            .keepAliveTime(SILENCE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(settings.call().toMillis(), TimeUnit.MILLISECONDS)
            .proxyDetector(address -> null) // hosts reach one another directly; null is gRPC's word
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connect().toMillis()))
            .negotiationType(NegotiationType.PLAINTEXT);
    ssl.ifPresent(context -> builder.negotiationType(NegotiationType.TLS).sslContext(context));
    return builder.build();
  }

  private static SslContext sslContext(EtcdSettings settings) throws StoreRefusedException {
    try {
      SslContextBuilder builder = GrpcSslContexts.forClient();
      if (settings.tls().isPresent()) {
        EtcdTls tls = settings.tls().get();
        builder.trustManager(tls.authority().toFile());
        if (tls.client().isPresent()) {
          builder.keyManager(
              tls.client().get().certificate().toFile(), tls.client().get().key().toFile());
        }
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new StoreRefusedException(
          "the certificates for etcd cannot be used, %s: they must be PEM, the key PKCS#8 (%s)"
              .formatted(settings.tls(), e.getMessage()),
          e);
    }
  }

  /**
   * Calls a member, and the next ones if that does no harm.
   *
   * @param repeatable whether the call may be done twice
   * @param limit how long all may take
   */
  <T> T call(boolean repeatable, Duration limit, Call<T> call) throws StoreException {
    Deadline deadline = Deadline.after(limit.toNanos(), TimeUnit.NANOSECONDS);
    // Each member, and the first one again: a connection that broke long ago shows only now.
    int attempts = members.size() + 1;
    boolean loggedInAgain = false;
    while (true) {
      Member member = member();
      Status status;
      try {
        return await(call.start(channel(member, deadline), deadline));
      } catch (FailedCall e) {
        status = e.status;
      }
      if (EtcdErrors.isLoginOver(status) && !loggedInAgain) {
        token = Optional.empty();
        loggedInAgain = true;
        continue;
      }
      failed(member, status);
      attempts--;
      boolean again =
          status.getCode() == Status.Code.UNAVAILABLE
              && (repeatable || EtcdErrors.wasNotSent(status))
              && attempts > 0
              && !deadline.isExpired();
      if (!again) {
        throw EtcdErrors.of(member.name(), status, repeatable);
      }
    }
  }

  /** The member that is to be asked. */
  Member member() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
    return members.get(Math.floorMod(current.get(), members.size()));
  }

  /** A channel to a member, logged in. */
  Channel channel(Member member) throws StoreException {
    try {
      return channel(member, Deadline.after(settings.call().toNanos(), TimeUnit.NANOSECONDS));
    } catch (FailedCall e) {
      failed(member, e.status);
      throw EtcdErrors.of(member.name(), e.status, true);
    }
  }

  /** Turns to the next member if this one does not work. */
  void failed(Member member, Status status) {
    Status.Code code = status.getCode();
    if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
      int now = current.get();
      if (members.get(Math.floorMod(now, members.size())).equals(member)) {
        current.compareAndSet(now, now + 1);
      }
      // gRPC would wait up to two minutes before it tries again; our callers pause themselves.
      member.channel().resetConnectBackoff();
    }
  }

  /** Logs in anew before the next call. */
  void forgetLogin() {
    token = Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
    members.forEach(member -> member.channel().shutdownNow());
  }

  @Override
  public String toString() {
    return "etcd=" + String.join(",", members.stream().map(Member::name).toList());
  }

  private Channel channel(Member member, Deadline deadline) throws FailedCall {
    if (settings.user().isEmpty()) {
      return member.channel();
    }
    Optional<String> ticket = token;
    if (ticket.isEmpty()) {
      AuthenticateRequest login =
          AuthenticateRequest.newBuilder()
              .setName(settings.user().get().name())
              .setPassword(settings.user().get().password())
              .build();
      ticket =
          Optional.of(
              await(
                      AuthGrpc.newFutureStub(member.channel())
                          .withDeadline(deadline)
                          .authenticate(login))
                  .getToken());
      token = ticket;
    }
    Metadata header = new Metadata();
    header.put(TOKEN, ticket.get());
    return ClientInterceptors.intercept(
        member.channel(), MetadataUtils.newAttachHeadersInterceptor(header));
  }

  /**
   * Waits for the answer, which comes or fails by the call's deadline; an interrupt stays pending.
   */
  private static <T> T await(Future<T> answer) throws FailedCall {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new FailedCall(Status.fromThrowable(e.getCause()));
    } catch (CancellationException e) {
      throw new FailedCall(Status.CANCELLED);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A call's failure on its way to whoever knows what it means. */
  private static final class FailedCall extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    private FailedCall(Status status) {
      super(status.toString(), null, false, false);
      this.status = status;
    }
  }
}
