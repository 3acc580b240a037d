package org.dmore.rfb.session;

import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmore.rfb.encoding.Encoder;

/**
 * Room for one rectangle's pixels (256 KiB) for each event loop: a loop encodes one rectangle at a
 * time, so its clients need no room of their own. Thread-safe.
 */
public final class Workspaces {
  private final Map<EventExecutor, int[]> pixels = new ConcurrentHashMap<>();

  /** The loop's room, {@link Encoder#MAX_AREA} pixels. */
  int[] pixels(EventExecutor loop) {
    return pixels.computeIfAbsent(loop, any -> new int[Encoder.MAX_AREA]);
  }
}
