package org.dmore.rfb.capture;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A session that is being recorded.
 *
 * <p>The file is FBS 001.000, the format of rfbproxy and of TightVNC's player: after the signature
 * come blocks of a length, as many bytes of what a server says, padding to 4, and a time in
 * milliseconds; all numbers of 32 bits, big-endian. What the server says is RFB 3.3 without
 * authentication. It can be played while it grows; it ends with a whole message.
 *
 * <p>Thread-safe.
 */
public interface Recording extends AutoCloseable {

  /** Bytes that are written so far. */
  long bytes();

  /** Completes, never exceptionally, when all is written and the file is closed. */
  CompletionStage<End> ended();

  /**
   * Ends it after the update that is being recorded; waits for that and for the disk, 10 s at most.
   * Not to be called on an event loop.
   */
  @Override
  void close();

  /**
   * How a recording ended.
   *
   * @param reason for a log
   * @param failure why it is not complete, if it is not
   */
  record End(String reason, Optional<Exception> failure) {}
}
