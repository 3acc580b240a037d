package org.dmore.coordinator.store.etcd;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.StoreEvent;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream after another, each from the revision after the last one that was delivered.
 *
 * <p>The listener is called on the stream's thread, and the next message is asked for when it is
 * done, so that what a slow listener has not taken stays in etcd. A next stream begins only when
 * the one before has ended, so there is one caller at a time.
 */
final class EtcdWatch implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

  /** Ends the stream when the member has lost its cluster, rather than being silent. */
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** How often in a row etcd may cancel the watch: a new login may help once. */
  private static final int MAX_REFUSALS = 3;

  private final String prefix;
  private final WatchListener listener;
  private final EtcdMembers members;
  private final ScheduledExecutorService connector;
  private final Consumer<EtcdWatch> onEnd;

  private final Object lock = new Object();
  private boolean closed;
  private Optional<ClientCallStreamObserver<WatchRequest>> requests = Optional.empty();

  // Of the one stream's thread, or the connector's between two streams.
  private long next;
  private Duration pause = FIRST_PAUSE;
  private int refusals;

  EtcdWatch(
      String prefix,
      long fromRevision,
      WatchListener listener,
      EtcdMembers members,
      ScheduledExecutorService connector,
      Consumer<EtcdWatch> onEnd) {
    this.prefix = prefix;
    this.next = fromRevision;
    this.listener = listener;
    this.members = members;
    this.connector = connector;
    this.onEnd = onEnd;
  }

  void start() {
    connectAfter(Duration.ZERO);
  }

  @Override
  public void close() {
    if (end()) {
      onEnd.accept(this);
    }
  }

  /** Ends it; false if it has ended before. */
  private boolean end() {
    Optional<ClientCallStreamObserver<WatchRequest>> stream;
    synchronized (lock) {
      if (closed) {
        return false;
      }
      closed = true;
      stream = requests;
    }
    stream.ifPresent(own -> own.cancel("the watch is closed", null));
    return true;
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  private void connectAfter(Duration time) {
    try {
      var unused = connector.schedule(this::connect, time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      end(); // the store is closed
    }
  }

  private void connect() {
    if (isClosed()) {
      return;
    }
    try {
      EtcdMembers.Member member = members.member();
      Metadata header = new Metadata();
      header.put(HAS_LEADER, "true");
      Stream stream = new Stream(member);
      WatchGrpc.newStub(
              ClientInterceptors.intercept(
                  members.channel(member), MetadataUtils.newAttachHeadersInterceptor(header)))
          .watch(stream)
          .onNext(request());
      if (isClosed()) {
        stream.cancel();
      }
    } catch (StoreUnavailableException e) {
      again(e.getMessage());
    } catch (StoreException e) {
      lose(e.getMessage());
    } catch (IllegalStateException e) {
      end(); // the store is closed
    }
  }

  private WatchRequest request() {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setKey(EtcdStateStore.bytes(prefix))
                .setRangeEnd(EtcdStateStore.bytes(Keys.endOf(prefix)))
                .setStartRevision(next))
        .build();
  }

  private void again(String why) {
    if (!isClosed()) {
      LOG.info("watch of prefix={} from revision={}: connecting again: {}", prefix, next, why);
      connectAfter(pause);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }

  private void lose(String why) {
    if (end()) {
      onEnd.accept(this);
      listener.lost(why);
    }
  }

  private void deliver(List<StoreEvent> events) {
    long revision = events.get(0).revision();
    if (revision < next || isClosed()) {
      return;
    }
    next = revision + 1;
    try {
      listener.changed(revision, List.copyOf(events));
    } catch (RuntimeException e) {
      LOG.error("watch of prefix={} revision={}: its listener failed", prefix, revision, e);
    }
  }

  /** One connection's part of the watch. */
  private final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final EtcdMembers.Member member;
    private ClientCallStreamObserver<WatchRequest> stream;

    /** Whether what comes after the end of this stream has been arranged. */
    private boolean left;

    private Stream(EtcdMembers.Member member) {
      this.member = member;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> own) {
      stream = own;
      own.disableAutoRequestWithInitial(1);
      synchronized (lock) {
        requests = Optional.of(own);
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      if (isClosed()) {
        cancel();
        return;
      }
      if (response.getCanceled()) {
        cancelled(response);
        return;
      }
      pause = FIRST_PAUSE;
      refusals = 0;
      List<StoreEvent> together = new ArrayList<>(); // etcd never parts a revision
      for (Event event : response.getEventsList()) {
        StoreEvent own = event(event);
        if (!together.isEmpty() && together.get(0).revision() != own.revision()) {
          deliver(together);
          together.clear();
        }
        together.add(own);
      }
      if (!together.isEmpty()) {
        deliver(together);
      }
      stream.request(1);
    }

    private void cancel() {
      stream.cancel("the watch is closed", null);
    }

    private void cancelled(WatchResponse response) {
      left = true;
      cancel();
      refusals++;
      if (response.getCompactRevision() > 0) {
        lose(
            "etcd=%s has forgotten revision=%d, as all before %d"
                .formatted(member.name(), next, response.getCompactRevision()));
      } else if (refusals == MAX_REFUSALS) {
        lose("etcd=%s cancels it: %s".formatted(member.name(), response.getCancelReason()));
      } else {
        members.forgetLogin(); // the one reason that passes
        again(response.getCancelReason());
      }
    }

    @Override
    public void onError(Throwable t) {
      if (!left) {
        left = true;
        Status status = Status.fromThrowable(t);
        members.failed(member, status);
        if (EtcdErrors.isLoginOver(status)) {
          members.forgetLogin();
        }
        if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
          lose("too much has changed since revision=" + next + ": " + EtcdErrors.words(status));
        } else {
          again(EtcdErrors.words(status));
        }
      }
    }

    @Override
    public void onCompleted() {
      if (!left) {
        left = true;
        again("etcd ended the stream");
      }
    }

    private StoreEvent event(Event event) {
      return event.getType() == Event.EventType.DELETE
          ? new StoreEvent.Deleted(
              event.getKv().getKey().toString(StandardCharsets.UTF_8),
              event.getKv().getModRevision())
          : new StoreEvent.Written(EtcdStateStore.entry(event.getKv()));
    }
  }
}
