package org.dmore.rfb.session;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dmore.rfb.Client;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.rfb.Right;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's input on its way to its sink. The sink is there while the client has control: it is
 * opened when control comes and closed, which releases what is held down, when it goes.
 *
 * <p>A key that takes control over from a client on another event loop is kept, and the client's
 * input with it, until the other has let go.
 *
 * <p>Used on the client's event loop, save {@link Audience.Member}'s methods.
 */
final class ClientInput implements Audience.Member {
  private static final Logger LOG = LoggerFactory.getLogger(ClientInput.class);

  /** What the session does for its input. */
  interface Owner {
    /** The title may be another. */
    void title(String title);

    /** Whether no input is read for now. */
    boolean isInputPaused();

    /** This client has the control that one has at a time. */
    void controlled();

    /** The embedder's code failed. */
    void failed(RuntimeException problem);
  }

  private final Client client;
  private final EventExecutor loop;
  private final Audience audience;
  private final InputSinkFactory factory;
  private final Owner owner;
  private final ClientPointer pointer;
  private final ClipboardAudit audit;
  private final Duration idleTimeout;
  private final Runnable look = this::look;

  private InputSink sink;
  private volatile boolean open;
  private boolean joined;
  private volatile boolean mayControl;
  private Optional<Consumer<InputSink>> waiting = Optional.empty();
  private long activity;
  private long activityAtTimeout;
  private long activityAtIdle;
  private volatile boolean idle;
  private Optional<LoopTimer> timeoutTimer = Optional.empty();
  private Optional<LoopTimer> idleTimer = Optional.empty();

  /**
   * Makes the input of a client that is not on the desktop yet.
   *
   * @param idleTimeout a client that sends no input for that long is disconnected; zero for never
   */
  ClientInput(
      Client client,
      EventExecutor loop,
      Audience audience,
      InputSinkFactory factory,
      ClientPointer pointer,
      ClipboardAudit audit,
      Duration idleTimeout,
      Owner owner) {
    this.client = client;
    this.loop = loop;
    this.audience = audience;
    this.factory = factory;
    this.pointer = pointer;
    this.audit = audit;
    this.idleTimeout = idleTimeout;
    this.owner = owner;
    this.sink = InputSinkFactory.viewOnly().open(client);
  }

  /** The client has passed the handshake. */
  void begin() {
    joined = true;
    mayControl = client.identity().may(Right.CONTROL);
    if (!idleTimeout.isZero()) {
      timeoutTimer =
          Optional.of(LoopTimer.start(loop, idleTimeout, this::wasActive, this::timedOut));
    }
    audience.join(this);
  }

  /** All of the client's input is handed over. */
  void end() {
    timeoutTimer.ifPresent(LoopTimer::cancel);
    joined = false;
    close();
    audit.end();
    audience.leave(this);
  }

  /** Whether its input goes to the sink. Any thread. */
  boolean hasControl() {
    return open;
  }

  void key(boolean down, int keysym, int scancode) {
    touch();
    if (open || mayGet(down)) {
      if (open) {
        sink.key(down, keysym, scancode);
      } else {
        keep(to -> to.key(down, keysym, scancode));
      }
    }
  }

  void pointer(int buttons, int x, int y) {
    touch();
    boolean pressed = pointer.update(buttons, x, y);
    if (open || mayGet(pressed)) {
      if (open) {
        pointer.tell(sink);
      } else {
        keep(pointer::tell);
      }
    }
  }

  /** The client's clipboard changed; a clipboard does not take control over. */
  void clipboard(String text) {
    if (open) {
      sink.clipboard(text);
      audit.toGuest(text.length());
    }
  }

  @Override
  public long id() {
    return client.id();
  }

  @Override
  public boolean mayControl() {
    return mayControl;
  }

  @Override
  public boolean isIdle() {
    return idle || audience.policy().idle().isZero();
  }

  @Override
  public String userName() {
    return client.identity().name();
  }

  @Override
  public void audienceChanged() {
    if (loop.inEventLoop()) {
      look();
    } else {
      renamed();
    }
  }

  @Override
  public void renamed() {
    try {
      loop.execute(look);
    } catch (RejectedExecutionException e) {
      // The loops are shut down and the connection with them.
    }
  }

  /** Whether control comes with this input: it may be here already, or be on its way. */
  private boolean mayGet(boolean deliberate) {
    return mayControl && audience.wants(this, deliberate);
  }

  /** Keeps the input that control comes with until it has come. */
  private void keep(Consumer<InputSink> event) {
    waiting = Optional.of(event);
    client.pauseInput();
  }

  /** Brings this client to what the audience says of it. */
  private void look() {
    if (!joined) {
      return;
    }
    try {
      boolean has = audience.has(this);
      if (has && !open) {
        open();
      } else if (!has && open) {
        close();
        // A pause was the sink's.
        client.resumeInput();
        audience.released(this);
      } else if (!has) {
        if (waiting.isPresent() && !audience.isNext(this)) {
          waiting = Optional.empty();
          client.resumeInput();
        }
        // It may have been given control and lost it again before it looked.
        audience.released(this);
      }
      owner.title(audience.titleFor(this));
    } catch (RuntimeException e) {
      owner.failed(e);
    }
  }

  private void open() {
    sink = factory.open(client);
    open = true;
    if (audience.policy().takeOver() != ControlPolicy.TakeOver.EVERYONE) {
      LOG.info("client id={} user=\"{}\" has control", id(), userName());
      owner.controlled();
      startIdleTimer();
    }
    Optional<Consumer<InputSink>> kept = waiting;
    waiting = Optional.empty();
    if (kept.isPresent()) {
      // In this order: the sink may pause the client again.
      client.resumeInput();
      kept.get().accept(sink);
    }
  }

  private void close() {
    idleTimer.ifPresent(LoopTimer::cancel);
    idleTimer = Optional.empty();
    idle = false;
    if (!open) {
      return;
    }
    open = false;
    InputSink closed = sink;
    sink = InputSinkFactory.viewOnly().open(client);
    try {
      closed.close();
    } catch (RuntimeException e) {
      LOG.error("client id={}: its sink failed to close", id(), e);
    }
  }

  private void touch() {
    activity++;
    if (idle) {
      idle = false;
      startIdleTimer();
    }
  }

  private void startIdleTimer() {
    Duration time = audience.policy().idle();
    if (!time.isZero()) {
      activityAtIdle = activity;
      idleTimer = Optional.of(LoopTimer.start(loop, time, this::wasActiveInControl, this::goIdle));
    }
  }

  private boolean wasActiveInControl() {
    boolean active = activity != activityAtIdle;
    activityAtIdle = activity;
    return active;
  }

  private void goIdle() {
    idle = true;
  }

  /** A client whose input is not read is not idle for that. */
  private boolean wasActive() {
    boolean active = activity != activityAtTimeout || owner.isInputPaused();
    activityAtTimeout = activity;
    return active;
  }

  private void timedOut() {
    client.disconnect("idle: no key and no pointer for " + idleTimeout.toSeconds() + " s");
  }
}
