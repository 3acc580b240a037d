package org.dmore.benchmarks.lab.typing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.viewer.RfbMessages;

/**
 * Something that is typed: what the viewer sends for it, and the guest's key events that must come
 * of it. Immutable.
 */
public final class Keystroke {
  private final byte[] messages;
  private final List<KeyEvent> events;

  private Keystroke(byte[] messages, List<KeyEvent> events) {
    this.messages = messages;
    this.events = List.copyOf(events);
  }

  /** The viewer's messages, one after the other. */
  public byte[] messages() {
    return messages.clone();
  }

  /** What the guest is to see, in order. */
  public List<KeyEvent> events() {
    return events;
  }

  static Builder builder() {
    return new Builder();
  }

  /** Gathers messages and what comes of them. Not thread-safe. */
  static final class Builder {
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final List<KeyEvent> events = new ArrayList<>();

    Builder press(int keysym, int code) {
      messages.writeBytes(RfbMessages.key(true, keysym));
      events.add(KeyEvent.press(code));
      return this;
    }

    Builder release(int keysym, int code) {
      messages.writeBytes(RfbMessages.key(false, keysym));
      events.add(KeyEvent.release(code));
      return this;
    }

    /** A keysym that is sent and let go of at once, whatever comes of it in the guest. */
    Builder sent(int keysym, KeyEvent... seen) {
      messages.writeBytes(RfbMessages.key(true, keysym));
      messages.writeBytes(RfbMessages.key(false, keysym));
      events.addAll(List.of(seen));
      return this;
    }

    Builder pressScancode(int scancode, int code) {
      messages.writeBytes(RfbMessages.key(true, 0, scancode));
      events.add(KeyEvent.press(code));
      return this;
    }

    Builder releaseScancode(int scancode, int code) {
      messages.writeBytes(RfbMessages.key(false, 0, scancode));
      events.add(KeyEvent.release(code));
      return this;
    }

    Keystroke build() {
      return new Keystroke(messages.toByteArray(), events);
    }
  }
}
