package org.dmore.coordinator.pair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A journal in a file, a JSON object a line, on disk before a step is done. A last line that a
 * crash cut short is dropped when the journal is opened: it was never acted on.
 */
public final class FileJournal implements MigrationJournal, AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final JournalLine lines = new JournalLine();

  /**
   * Opens a journal, or makes one.
   *
   * @throws IOException if the file cannot be written
   */
  public FileJournal(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    dropCutLine();
  }

  @Override
  public synchronized void append(Entry entry) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.write(entry) + "\n");
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) < 0) {
        throw new IOException("journal=" + file + " cannot be written");
      }
    }
    channel.force(false);
  }

  @Override
  public synchronized List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      entries.add(lines.read(file.toString(), line));
    }
    return entries;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private void dropCutLine() throws IOException {
    byte[] all = Files.readAllBytes(file);
    int end = all.length;
    while (end > 0 && all[end - 1] != '\n') {
      end--;
    }
    channel.truncate(end);
    channel.position(end);
  }
}
