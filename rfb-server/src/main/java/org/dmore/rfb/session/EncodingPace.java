package org.dmore.rfb.session;

/**
 * How long a client's areas take to be encoded, as far as is known: whether an update may have the
 * event loop, or keeps keys waiting. A console's text takes a few nanoseconds a pixel, a photo
 * without loss ten times that.
 *
 * <p>Used on the client's event loop.
 */
final class EncodingPace {
  /** What the loop may be kept from its sockets for. */
  private static final long PATIENCE_NANOS = 300_000;

  /** Before anything was encoded: between text and photos. */
  private static final double FIRST_NANOS_PER_PIXEL = 9;

  /** Less than that is mostly what each area takes, however small it is. */
  private static final int MIN_PIXELS = 4096;

  /**
   * What an area counts for against all before it: little if it took longer, since a thread may
   * have waited for a processor.
   */
  private static final double SHARE_IF_SLOWER = 1.0 / 16;

  private static final double SHARE_IF_FASTER = 1.0 / 2;

  private double nanosPerPixel = FIRST_NANOS_PER_PIXEL;

  /** Takes note of an area that was read from the picture and encoded, on whatever thread. */
  void took(int pixels, long nanos) {
    if (pixels >= MIN_PIXELS) {
      double difference = (double) nanos / pixels - nanosPerPixel;
      nanosPerPixel += difference * (difference > 0 ? SHARE_IF_SLOWER : SHARE_IF_FASTER);
    }
  }

  /** Whether so many pixels are done before a key would notice. */
  boolean isShort(long pixels) {
    return pixels * nanosPerPixel <= PATIENCE_NANOS;
  }
}
