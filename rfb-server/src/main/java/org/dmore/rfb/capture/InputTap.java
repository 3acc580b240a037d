package org.dmore.rfb.capture;

import java.util.ArrayList;
import java.util.List;
import org.dmore.rfb.Client;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.InputSinkFactory;

/**
 * Hands input on to the embedder's sinks, and to the recordings that asked for it. With none, which
 * is the rule, a key costs one more call and allocates nothing. Thread-safe.
 */
public final class InputTap implements InputSinkFactory {
  private final InputSinkFactory sinks;
  private volatile List<SessionRecorder> recorders = List.of();

  public InputTap(InputSinkFactory sinks) {
    this.sinks = sinks;
  }

  @Override
  public InputSink open(Client client) {
    return new TappedSink(sinks.open(client), client.id());
  }

  /** Lets a recording have all input until it ends. */
  public synchronized void add(SessionRecorder recorder) {
    List<SessionRecorder> more = new ArrayList<>(recorders);
    more.add(recorder);
    recorders = List.copyOf(more);
    recorder.ended().thenRun(() -> remove(recorder));
  }

  private synchronized void remove(SessionRecorder recorder) {
    List<SessionRecorder> less = new ArrayList<>(recorders);
    less.remove(recorder);
    recorders = List.copyOf(less);
  }

  private final class TappedSink implements InputSink {
    private final InputSink sink;
    private final long client;

    TappedSink(InputSink sink, long client) {
      this.sink = sink;
      this.client = client;
    }

    @Override
    public void key(boolean down, int keysym, int scancode) {
      List<SessionRecorder> now = recorders;
      for (int i = 0; i < now.size(); i++) {
        now.get(i).key(client, down, keysym, scancode);
      }
      sink.key(down, keysym, scancode);
    }

    @Override
    public void pointer(int buttons, int x, int y) {
      List<SessionRecorder> now = recorders;
      for (int i = 0; i < now.size(); i++) {
        now.get(i).pointer(client, buttons, x, y);
      }
      sink.pointer(buttons, x, y);
    }

    @Override
    public void motion(int buttons, int dx, int dy) {
      List<SessionRecorder> now = recorders;
      for (int i = 0; i < now.size(); i++) {
        now.get(i).motion(client, buttons, dx, dy);
      }
      sink.motion(buttons, dx, dy);
    }

    @Override
    public void clipboard(String text) {
      sink.clipboard(text);
    }

    @Override
    public void close() {
      sink.close();
    }
  }
}
