package org.dmore.benchmarks.lab.recorder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.dmore.benchmarks.lab.viewer.Picture;

/**
 * Asks the recorder in a guest. Each command is one line on the guest's console with a tag that is
 * used once; its answer is looked for in the console's log. Thread-safe.
 */
public final class Recorder {
  private static final long POLL_MILLIS = 20;
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Pattern READY = Pattern.compile(".*RECORDER READY .*");
  private static final String KEY_LINE = "key ";
  private static final String POINTER_LINE = "pointer ";
  private static final String PIXELS_LINE = "pixels ";

  /** Tags differ between programs that ask one guest one after the other. */
  private static final AtomicLong TAGS = new AtomicLong(System.currentTimeMillis());

  private final TextConsole console;

  /** Asks over a console. */
  public Recorder(TextConsole console) {
    this.console = console;
  }

  /** Waits until a guest that boots says that its recorder runs. */
  public void awaitReady(long mark, Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (console.linesFrom(mark).stream().noneMatch(line -> READY.matcher(line).matches())) {
      if (System.nanoTime() > deadline) {
        throw new RecorderException(
            "the guest's recorder has not come up within seconds=" + limit.toSeconds());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** How much has been recorded. */
  public Count count() throws IOException, InterruptedException {
    return Count.of(ask("count"));
  }

  /** Waits until at least so many key events are recorded, or the limit is reached. */
  public Count awaitKeys(int keys, Duration limit) throws IOException, InterruptedException {
    return awaitCount(keys, 0, limit);
  }

  /** Waits until at least so many of the pointer's events are recorded, or the limit is reached. */
  public Count awaitPointer(int events, Duration limit) throws IOException, InterruptedException {
    return awaitCount(0, events, limit);
  }

  private Count awaitCount(int keys, int pointer, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Count count = count();
      boolean late = System.nanoTime() > deadline;
      if ((count.keys() >= keys && count.pointer() >= pointer) || late) {
        return count;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** All key events since the last reset. */
  public List<KeyEvent> keys() throws IOException, InterruptedException {
    List<KeyEvent> keys = new ArrayList<>();
    for (String line : ask("keys").lines()) {
      String[] words = numbered(line, KEY_LINE, keys.size());
      for (int i = 2; i < words.length; i++) {
        keys.add(KeyEvent.parse(words[i]));
      }
    }
    return keys;
  }

  /** All of the pointer's events since the last reset. */
  public List<PointerEvent> pointer() throws IOException, InterruptedException {
    List<PointerEvent> events = new ArrayList<>();
    for (String line : ask("pointer").lines()) {
      String[] words = numbered(line, POINTER_LINE, events.size());
      events.add(PointerEvent.parse(String.join(" ", List.of(words).subList(2, words.length))));
    }
    return events;
  }

  /** Keys and buttons that the guest's kernel holds for pressed: {@code held CODE DEVICE}. */
  public List<String> held() throws IOException, InterruptedException {
    return ask("held").lines();
  }

  /** The guest's input devices: {@code device NUMBER NAME}. */
  public List<String> devices() throws IOException, InterruptedException {
    return ask("devices").lines();
  }

  /** Forgets what was recorded. */
  public void reset() throws IOException, InterruptedException {
    Answer unused = ask("reset");
  }

  /**
   * Has the guest send a packet for each key from now on, as soon as it is read.
   *
   * @param address an IPv4 address that the guest reaches
   */
  public void notifyTo(InetSocketAddress address) throws IOException, InterruptedException {
    Answer unused =
        ask("notify " + address.getAddress().getHostAddress() + " " + address.getPort());
  }

  /** What the framebuffer holds now, as a digest. */
  public Screen screen() throws IOException, InterruptedException {
    return Screen.of(ask("fb"));
  }

  /** What the framebuffer holds now, in full. */
  public Picture picture() throws IOException, InterruptedException {
    Answer answer = ask("pixels");
    StringBuilder base64 = new StringBuilder();
    for (String line : answer.lines()) {
      if (!line.startsWith(PIXELS_LINE)) {
        throw new RecorderException("\"" + line + "\" is no line of pixels");
      }
      base64.append(line, PIXELS_LINE.length(), line.length());
    }
    Screen screen = Screen.of(answer);
    byte[] compressed = Base64.getDecoder().decode(base64.toString());
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      Picture picture = Picture.ofBytes(screen.width(), screen.height(), in.readAllBytes());
      if (!picture.sha256().equals(screen.sha256())) {
        throw new RecorderException("the guest's pixels have been damaged on their way");
      }
      return picture;
    }
  }

  /** Writes to the guest's text console, and so to its framebuffer; {@code \n}, {@code \e} work. */
  public void write(String text) throws IOException, InterruptedException {
    Answer unused = ask("text " + text);
  }

  /** Sets the framebuffer's mode. */
  public void mode(int width, int height) throws IOException, InterruptedException {
    Answer unused = ask("mode " + width + "x" + height);
  }

  /** Takes the guest's drivers off their devices and puts them on again. */
  public void rebind() throws IOException, InterruptedException {
    Answer unused = ask("rebind");
  }

  /** Reboots the guest; there is no answer. */
  public void reboot() throws IOException {
    console.write(tag() + " reboot");
  }

  /** Crashes the guest's kernel; there is no answer. */
  public void crash() throws IOException {
    console.write(tag() + " crash");
  }

  /** A shell's output in the guest. */
  public List<String> shell(String command) throws IOException, InterruptedException {
    return ask("sh " + command).lines().stream()
        .map(line -> line.startsWith("| ") ? line.substring(2) : line)
        .toList();
  }

  private static String tag() {
    return "@" + Long.toString(TAGS.incrementAndGet(), Character.MAX_RADIX);
  }

  private Answer ask(String command) throws IOException, InterruptedException {
    String tag = tag();
    long mark = console.mark();
    console.write(tag + " " + command);
    long deadline = System.nanoTime() + SOON.toNanos();
    while (true) {
      boolean late = System.nanoTime() > deadline;
      Optional<Answer> answer = Answer.find(tag, console.linesFrom(mark));
      if (answer.isPresent()) {
        return answer.get();
      }
      if (late) {
        throw new RecorderException(
            "the recorder has not answered command=\"%s\" within seconds=%d"
                .formatted(command, SOON.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** A dump's line in words; its number must be the next, or a line of it was lost. */
  private static String[] numbered(String line, String kind, int next) throws RecorderException {
    String[] words = line.split(" ", -1);
    if (!line.startsWith(kind) || words.length < 3 || !words[1].equals(Integer.toString(next))) {
      throw new RecorderException(
          "\"%s\" is not the record's line of event %d".formatted(line, next));
    }
    return words;
  }
}
