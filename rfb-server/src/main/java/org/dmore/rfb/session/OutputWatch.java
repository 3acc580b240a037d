package org.dmore.rfb.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import org.dmore.rfb.RfbLimits;

/**
 * Sees that a client takes what it is sent: one that takes no byte for the stall timeout is given
 * up, and so is one that has more waiting than it may; one that leaves a fence unanswered for as
 * long gets updates without fences: if it does read, it has them, and if it does not, its socket
 * tells.
 *
 * <p>A timer runs only while there is something to wait for. Used on the client's event loop.
 */
final class OutputWatch {
  /** Nothing was seen yet. */
  private static final long NONE = -1;

  private final EventExecutor loop;
  private final Channel channel;
  private final RfbLimits limits;
  private final UpdateSender updates;
  private final Owner owner;

  private Optional<LoopTimer> stall = Optional.empty();
  private Optional<LoopTimer> answer = Optional.empty();
  private long lastPending;
  private long lastProgress;
  private long lastAnswers;

  /** Whose output it is. */
  interface Owner {
    /** Whether the client's input is held back, its answers among it. */
    boolean isInputPaused();

    /** The client takes nothing, or too little, and is to be cut off. */
    void givenUp(String reason);

    /** The client answers no fences any more: updates are to wait for them no longer. */
    void answersNoFences();
  }

  OutputWatch(
      EventExecutor loop, Channel channel, RfbLimits limits, UpdateSender updates, Owner owner) {
    this.loop = loop;
    this.channel = channel;
    this.limits = limits;
    this.updates = updates;
    this.owner = owner;
  }

  /** Something was written, or is about to be. */
  void written() {
    long pending = pendingBytes();
    long waiting = pending + updates.waitingBytes();
    if (waiting > limits.maxPendingOutput()) {
      // Updates stop long before; answers that a client asks for and does not take do not.
      owner.givenUp("the client does not take what it asks for: pending-bytes=" + waiting);
    } else if (stall.isEmpty() && pending > 0) {
      watchForStall();
    }
    if (answer.isEmpty() && updates.awaitsAnswer() && channel.isOpen()) {
      watchForAnswers();
    }
  }

  /** The connection is closed. */
  void cancel() {
    stall.ifPresent(LoopTimer::cancel);
    answer.ifPresent(LoopTimer::cancel);
  }

  private void watchForStall() {
    lastPending = NONE;
    LoopTimer timer =
        LoopTimer.start(
            loop,
            limits.stallTimeout(),
            this::hasTakenBytes,
            () ->
                owner.givenUp(
                    "the client took no byte for " + limits.stallTimeout().toSeconds() + " s"));
    stall = Optional.of(timer);
  }

  /** Whether the socket took bytes since the last call; ends the watch if none are left for it. */
  private boolean hasTakenBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long pending = pendingBytes();
    if (pending == 0 || buffer == null) {
      stall.ifPresent(LoopTimer::cancel);
      stall = Optional.empty();
      return true;
    }
    long progress = buffer.currentProgress();
    // Encoding stops while the socket takes nothing, so pending bytes grow only until then.
    boolean taken = pending < lastPending || progress != lastProgress || lastPending == NONE;
    lastPending = pending;
    lastProgress = progress;
    return taken;
  }

  private long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  private void watchForAnswers() {
    lastAnswers = updates.answers();
    LoopTimer timer =
        LoopTimer.start(
            loop,
            limits.stallTimeout(),
            this::hasAnswered,
            () -> {
              answer = Optional.empty();
              owner.answersNoFences();
            });
    answer = Optional.of(timer);
  }

  /** Whether the client answered since the last call; ends the watch if there is nothing to. */
  private boolean hasAnswered() {
    if (!updates.awaitsAnswer()) {
      answer.ifPresent(LoopTimer::cancel);
      answer = Optional.empty();
      return true;
    }
    long answers = updates.answers();
    // Answers that are held back with the client's input are not read, whether they came or not.
    boolean answered = answers != lastAnswers || owner.isInputPaused();
    lastAnswers = answers;
    return answered;
  }
}
