package org.dmore.vdev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open. */
public final class LogRecorder implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Recorder recorder = new Recorder();

  /** Begins to listen. */
  public LogRecorder() {
    recorder.setContext(root.getLoggerContext());
    recorder.start();
    root.addAppender(recorder);
  }

  /** Lines at WARN and above. */
  public List<String> problems() {
    return recorder.events.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
        .toList();
  }

  /** What the guest was blamed for. */
  public List<String> guestFaults() {
    return problems().stream().filter(line -> line.contains("guest fault")).toList();
  }

  /** No exception left a task of the loop, and nothing was logged twice. */
  public void assertQuiet() {
    assertThat(
            recorder.events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .filter(
                    event ->
                        event.getThrowableProxy() != null
                            || event.getLevel() == Level.ERROR
                            || event.getLoggerName().startsWith("io.netty"))
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage()))
        .as("exceptions out of the loop, and errors")
        .isEmpty();
    assertThat(problems()).as("warnings").doesNotHaveDuplicates().hasSizeLessThan(10);
    assertThat(problems()).allMatch(line -> line.length() < 600 && line.indexOf('\n') < 0);
  }

  @Override
  public void close() {
    root.detachAppender(recorder);
  }

  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      event.prepareForDeferredProcessing();
      events.add(event);
    }
  }
}
