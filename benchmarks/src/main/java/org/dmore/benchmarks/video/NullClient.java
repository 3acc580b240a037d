package org.dmore.benchmarks.video;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.dmore.benchmarks.peers.Peer;
import org.dmore.rfb.protocol.Rectangle;

/** A connection of the client that compares, in a process of its own. Used by one thread. */
final class NullClient implements AutoCloseable {
  private static final String READY = "ready ";
  private static final String WHOLE = "whole ";

  private final Peer peer;
  private final Cell cell;
  private final Process process;
  private final double firstUpdateMillis;

  /**
   * Connects; returns when the first update has come.
   *
   * @param program the client's
   * @param expected the file with the frames that are to arrive
   * @param patience how long a frame may take
   * @param askAgain after how long it is asked for a second time; not at all if as long as that
   */
  NullClient(
      Peer peer, Path program, Path expected, Cell cell, Duration patience, Duration askAgain)
      throws IOException {
    this.peer = peer;
    this.cell = cell;
    this.process =
        peer.start(
            Map.of(),
            Redirect.PIPE,
            List.of(
                program.toString(),
                Integer.toString(peer.address().getPort()),
                expected.toString(),
                cell.encoding().argument(),
                Long.toString(patience.toMillis()),
                Long.toString(askAgain.toMillis())));
    String said = peer.line(process.getInputStream());
    if (!said.startsWith(READY)) {
      throw peer.failed("the client said '" + said + "' instead of being ready", null);
    }
    firstUpdateMillis = Long.parseLong(said.substring(READY.length())) / 1e3;
  }

  /** From the first request to the end of its update, in milliseconds. */
  double firstUpdateMillis() {
    return firstUpdateMillis;
  }

  /**
   * Waits until a frame is there.
   *
   * @param changed its area that was shown
   * @throws IOException if it is not there in time, naming sequence, encoding and frame
   */
  Received await(int frame, Rectangle changed) throws IOException {
    return answer(
        frame,
        "expect %d %d %d %d %d"
            .formatted(frame, changed.x(), changed.y(), changed.width(), changed.height()));
  }

  /** Waits until no more updates come, and looks at all of the picture. */
  Received settle(int frame) throws IOException {
    return answer(frame, "settle " + frame);
  }

  /** Processor time of a process so far, all its threads, in seconds. */
  double cpuSeconds(Process of) throws IOException {
    return Long.parseLong(peer.ask(process, "cpu " + of.pid())) / 1e9;
  }

  private Received answer(int frame, String command) throws IOException {
    String answer = peer.ask(process, command);
    if (!answer.startsWith(WHOLE)) {
      throw peer.failed(
          "sequence=%s encoding=%s frame=%d: did not arrive whole: %s"
              .formatted(
                  cell.clip().title(),
                  cell.encoding().title(),
                  frame - cell.clip().first(),
                  answer),
          null);
    }
    String[] words = answer.split(" ", -1);
    return new Received(
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]));
  }

  @Override
  public void close() {
    peer.end(process);
  }

  /**
   * What came since the first update.
   *
   * @param updates that carried something of a frame
   * @param bytes of these
   * @param resentBytes of others
   * @param askedAgain frames that were asked for a second time
   */
  record Received(long updates, long bytes, long resentBytes, long askedAgain) {}
}
