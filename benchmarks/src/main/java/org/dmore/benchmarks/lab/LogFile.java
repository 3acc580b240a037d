package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log that something in the lab writes, read from this machine while it grows. */
public final class LogFile {
  private static final int POLL_MILLIS = 50;

  private final Path path;

  LogFile(Path path) {
    this.path = path;
  }

  /** Where it is on this machine; it need not exist yet. */
  public Path path() {
    return path;
  }

  /** Its size in bytes, 0 where it is not there yet: a mark to read on from. */
  public long size() throws IOException {
    return Files.exists(path) ? Files.size(path) : 0;
  }

  /** All that stands in it. */
  public String text() throws IOException {
    return textFrom(0);
  }

  /** What was written after a mark of {@link #size()}. */
  public String textFrom(long mark) throws IOException {
    if (!Files.exists(path)) {
      return "";
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size() - mark;
      if (size <= 0) {
        return "";
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(Integer.MAX_VALUE - 8, size));
      int read = 0;
      while (bytes.hasRemaining() && read >= 0) {
        read = channel.read(bytes, mark + bytes.position());
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }

  /** The whole lines after a mark; a last one without its end is left for later. */
  public List<String> linesFrom(long mark) throws IOException {
    String text = textFrom(mark);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /**
   * Waits until what was written after a mark has a match.
   *
   * @param mark from {@link #size()}; 0 for all there is
   * @return the match, with its groups
   * @throws LabException if there is none within the limit, with the log's last lines
   */
  public Matcher await(long mark, Pattern pattern, Duration limit)
      throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(limit);
    for (; ; ) {
      boolean last = deadline.passed();
      Matcher matcher = pattern.matcher(textFrom(mark));
      if (matcher.find()) {
        return matcher;
      }
      if (last) {
        throw new LabException(
            "log=%s: nothing like '%s' within %ds; it ends in:%n%s"
                .formatted(path, pattern, limit.toSeconds(), tail(5)));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The last lines, each with two blanks before it; for messages. */
  public String tail(int lines) throws IOException {
    List<String> all = text().lines().toList();
    return String.join(
        System.lineSeparator(),
        all.subList(Math.max(0, all.size() - lines), all.size()).stream()
            .map(line -> "  " + line)
            .toList());
  }
}
