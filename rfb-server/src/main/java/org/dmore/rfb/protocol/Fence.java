package org.dmore.rfb.protocol;

import java.util.Arrays;

/**
 * A ClientFence or ServerFence (rfbproto): a mark in the stream, which the peer sends back when it
 * has come to it.
 *
 * @param flags any of the constants below; the others are kept for the future and not answered
 * @param payload at most {@value #MAX_PAYLOAD} bytes, which come back in the answer as they are
 */
@SuppressWarnings("ArrayRecordComponent") // cloned on the way in and out
public record Fence(int flags, byte[] payload) implements ClientMessage {
  public static final int MAX_PAYLOAD = 64;

  /** What came before the fence is done before the answer. */
  public static final int BLOCK_BEFORE = 1;

  /** What comes after the fence is not begun before the answer. */
  public static final int BLOCK_AFTER = 1 << 1;

  /** The message after the fence takes effect at once. */
  public static final int SYNC_NEXT = 1 << 2;

  /** The peer is to answer; an answer has it not. */
  public static final int REQUEST = 1 << 31;

  /** What an answer may repeat of a request's flags: those that are known. */
  public static final int KNOWN = BLOCK_BEFORE | BLOCK_AFTER | SYNC_NEXT;

  public Fence {
    if (payload.length > MAX_PAYLOAD) {
      throw new RfbProtocolException(
          "fence-length=" + payload.length + " is more than " + MAX_PAYLOAD);
    }
    payload = payload.clone();
  }

  @Override
  public byte[] payload() {
    return payload.clone();
  }

  public boolean isRequest() {
    return (flags & REQUEST) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fence fence
        && flags == fence.flags
        && Arrays.equals(payload, fence.payload);
  }

  @Override
  public int hashCode() {
    return 31 * flags + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return "Fence[flags=0x%x, payload=%s]".formatted(flags, Arrays.toString(payload));
  }
}
