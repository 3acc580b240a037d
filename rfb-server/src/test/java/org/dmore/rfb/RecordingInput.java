package org.dmore.rfb;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes sinks that write down what they get, each as a line of text. Thread-safe. */
public final class RecordingInput implements InputSinkFactory {
  private final List<Recording> recordings = new CopyOnWriteArrayList<>();

  @Override
  public Recording open(Client client) {
    Recording recording = new Recording(client);
    recordings.add(recording);
    return recording;
  }

  /** The sinks in the order in which they were opened. */
  public List<Recording> recordings() {
    return recordings;
  }

  /** The sink that was opened last. */
  public Recording last() {
    return recordings.get(recordings.size() - 1);
  }

  /** One client's input. */
  public static final class Recording implements InputSink {
    private final Client client;
    private final List<String> events = new CopyOnWriteArrayList<>();

    Recording(Client client) {
      this.client = client;
    }

    public Client client() {
      return client;
    }

    public List<String> events() {
      return events;
    }

    /** Those events that begin so. */
    public List<String> events(String prefix) {
      return events.stream().filter(event -> event.startsWith(prefix)).toList();
    }

    @Override
    public void key(boolean down, int keysym, int scancode) {
      events.add("key " + (down ? "+" : "-") + Integer.toHexString(keysym) + " " + scancode);
    }

    @Override
    public void pointer(int buttons, int x, int y) {
      events.add("pointer " + buttons + " " + x + "," + y);
    }

    @Override
    public void motion(int buttons, int dx, int dy) {
      events.add("motion " + buttons + " " + dx + "," + dy);
    }

    @Override
    public void clipboard(String text) {
      events.add("clipboard " + text);
    }

    @Override
    public void close() {
      events.add("close");
    }
  }
}
