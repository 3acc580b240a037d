package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.protocol.Fence;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.RfbProtocolException;

/**
 * Fences and continuous updates of one connection (rfbproto: Fence, ContinuousUpdates): what is to
 * be answered and announced, in its order, and how much may be in flight.
 *
 * <p>Answers and announcements are messages of their own and so wait for the end of an update that
 * is being sent. That makes every promise of a fence's flags true but one: an update before the
 * fence is complete, and none begins, nor does another pixel format or list of encodings hold,
 * before the answer is written. The exception is input: a key that follows a fence is not held back
 * for it.
 *
 * <p>Used on the client's event loop.
 */
final class Flow {
  /** Answers that a client may have us owe; one that asks for more takes none of them. */
  static final int MAX_REPLIES = 1024;

  /** An answer to a fence, or the end of continuous updates. */
  private record Reply(Optional<Fence> fence) {}

  private final Congestion congestion = new Congestion();
  private final Deque<Reply> replies = new ArrayDeque<>();
  private Optional<Reply> synced = Optional.empty();
  private boolean fences;
  private boolean continuousKnown;
  private boolean continuous;
  private boolean pingDemanded;

  /** What the client offers from now on. */
  void offered(ClientEncodings now) {
    fences = now.has(PseudoEncoding.FENCE);
    if (now.has(PseudoEncoding.CONTINUOUS_UPDATES) && !continuousKnown) {
      continuousKnown = true;
      reply(new Reply(Optional.empty()));
    }
  }

  /** The client sends a fence, or answers one. */
  void received(Fence fence, long now) {
    handled();
    if (fence.isRequest()) {
      Reply answer =
          new Reply(Optional.of(new Fence(fence.flags() & Fence.KNOWN, fence.payload())));
      if ((fence.flags() & Fence.SYNC_NEXT) != 0) {
        synced = Optional.of(answer);
      } else {
        reply(answer);
      }
    } else if (fence.payload().length == Integer.BYTES) {
      congestion.pong(ByteBuffer.wrap(fence.payload()).getInt(), now);
    }
  }

  /**
   * A message was dealt with. A fence that is to be one with the message after it is answered then,
   * and meanwhile no update begins: what was written is all of before.
   *
   * @return whether something is due now that was not
   */
  boolean handled() {
    if (synced.isEmpty()) {
      return false;
    }
    reply(synced.get());
    synced = Optional.empty();
    return true;
  }

  /** Whether a fence waits for the message after it. */
  boolean isSyncing() {
    return synced.isPresent();
  }

  /** The client wants updates unasked, or no longer. */
  void enable(boolean on) {
    if (!on && continuous) {
      reply(new Reply(Optional.empty()));
    }
    continuous = on;
  }

  /** Whether updates go out without being asked for. */
  boolean isContinuous() {
    return continuous;
  }

  /** Whether anything waits for the next place between two messages. */
  boolean isDue() {
    return !replies.isEmpty() || isPingDue();
  }

  /** Writes what is due; called between two messages only. */
  void write(ByteBuf out, long now) {
    while (!replies.isEmpty()) {
      replies
          .poll()
          .fence()
          .ifPresentOrElse(
              fence -> RfbWriter.fence(out, fence), () -> RfbWriter.endOfContinuousUpdates(out));
    }
    if (isPingDue()) {
      pingDemanded = false;
      byte[] number = new byte[Integer.BYTES];
      ByteBuffer.wrap(number).putInt(congestion.ping(now));
      RfbWriter.fence(out, new Fence(Fence.REQUEST | Fence.BLOCK_BEFORE, number));
    }
  }

  /** Bytes were handed to the socket. */
  void sent(int bytes) {
    congestion.sent(bytes);
  }

  /** Whether there is as much in flight as may be. */
  boolean isFull() {
    return fences && congestion.isFull();
  }

  /** Bytes that may be sent now. */
  long room() {
    return fences ? congestion.room() : Congestion.MAX_WINDOW;
  }

  /** Whether the client has dealt with all that it was sent, as far as it can tell. */
  boolean isIdle() {
    return !fences || congestion.isIdle();
  }

  /** Whether an answer of the client's is waited for. */
  boolean awaitsAnswer() {
    return !isIdle();
  }

  /** How many answers have come; grows with each. */
  long answers() {
    return congestion.answers();
  }

  /**
   * The client has not answered for too long: until it does, it is taken for one that knows no
   * fences, whose line has room while its socket takes bytes.
   */
  void giveUpAnswers() {
    congestion.giveUp();
  }

  /** The client is to tell when it has come to this place. */
  void demandPing() {
    pingDemanded = true;
  }

  private boolean isPingDue() {
    return fences && congestion.isPingDue(pingDemanded);
  }

  private void reply(Reply reply) {
    if (replies.size() >= MAX_REPLIES) {
      throw new RfbProtocolException(
          "unanswered-fences=" + replies.size() + ": the client asks for more than it takes");
    }
    replies.add(reply);
  }
}
