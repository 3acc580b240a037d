package org.dmore.vdev.input;

/**
 * A running count and hash of input events in their order. One end adds what it believes to be
 * consumed, the other what it consumes: equal fingerprints say that nothing was lost, doubled,
 * changed or reordered.
 *
 * <p>The hash is 64-bit FNV-1a (offset basis and prime as its authors give them) taken a word at a
 * time. Not thread-safe.
 */
public final class EventFingerprint {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long count;
  private long hash = OFFSET_BASIS;

  /** Adds an event in its four words; does not allocate. */
  public void add(int word0, int word1, int word2, int word3) {
    count++;
    hash = mix(mix(mix(mix(hash, word0), word1), word2), word3);
  }

  /** Events added. */
  public long count() {
    return count;
  }

  /** The hash over all of them. */
  public long hash() {
    return hash;
  }

  private static long mix(long hash, int word) {
    long h = (hash ^ (word & 0xffffffffL)) * PRIME;
    return h ^ (h >>> 32);
  }
}
