package org.dmore.rfb.capture;

import java.time.Duration;
import org.dmore.rfb.protocol.EncodingType;

/**
 * How a session is recorded.
 *
 * @param encoding of the pixels: TIGHT, ZRLE, ZLIB or RAW. Tight is small and TightVNC's player
 *     reads it; VLC 4 reads ZRLE alone
 * @param framesPerSecond updates at most, 1 to 1000; what changes between two of them is in the
 *     later one
 * @param maxBytes of the file: the recording ends with the update that reaches it
 * @param maxTime the recording ends then; up to 24 days, the format's range
 * @param maxWaiting bytes that may wait for a slow disk; then updates wait, and frames are left out
 * @param input whether keys and pointer of all clients are recorded as well, beside the file.
 *     Passwords that users type are among them
 */
public record RecordingOptions(
    EncodingType encoding,
    int framesPerSecond,
    long maxBytes,
    Duration maxTime,
    int maxWaiting,
    boolean input) {

  /** The longest that a recording may be. */
  private static final Duration LONGEST = Duration.ofDays(24);

  public RecordingOptions {
    switch (encoding) {
      case TIGHT, ZRLE, ZLIB, RAW -> {}
      default ->
          throw new IllegalArgumentException(
              "encoding=" + encoding + " is not TIGHT, ZRLE, ZLIB or RAW");
    }
    if (framesPerSecond < 1 || framesPerSecond > 1000) {
      throw new IllegalArgumentException(
          "framesPerSecond=" + framesPerSecond + " is not within 1..1000");
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes=" + maxBytes + " must be 1 or more");
    }
    if (maxTime.isNegative() || maxTime.isZero() || maxTime.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("maxTime=" + maxTime + " is not within 24 days");
    }
    if (maxWaiting < 1) {
      throw new IllegalArgumentException("maxWaiting=" + maxWaiting + " must be 1 or more");
    }
  }

  /** Tight, 15 updates a second, 1 GiB, 24 hours, 4 MiB; no input. */
  public static RecordingOptions defaults() {
    return new RecordingOptions(
        EncodingType.TIGHT, 15, 1L << 30, Duration.ofHours(24), 4 << 20, false);
  }

  public RecordingOptions withEncoding(EncodingType value) {
    return new RecordingOptions(value, framesPerSecond, maxBytes, maxTime, maxWaiting, input);
  }

  public RecordingOptions withFramesPerSecond(int value) {
    return new RecordingOptions(encoding, value, maxBytes, maxTime, maxWaiting, input);
  }

  public RecordingOptions withMaxBytes(long value) {
    return new RecordingOptions(encoding, framesPerSecond, value, maxTime, maxWaiting, input);
  }

  public RecordingOptions withMaxTime(Duration value) {
    return new RecordingOptions(encoding, framesPerSecond, maxBytes, value, maxWaiting, input);
  }

  public RecordingOptions withMaxWaiting(int value) {
    return new RecordingOptions(encoding, framesPerSecond, maxBytes, maxTime, value, input);
  }

  /** Keys and pointer too. */
  public RecordingOptions withInput() {
    return new RecordingOptions(encoding, framesPerSecond, maxBytes, maxTime, maxWaiting, true);
  }
}
