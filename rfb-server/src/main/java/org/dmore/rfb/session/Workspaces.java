package org.dmore.rfb.session;

import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmore.rfb.encoding.AreaEncoder;

/**
 * Room for an area's pixels and an encoder for each event loop: a loop encodes one area at a time,
 * so its clients need none of their own. Thread-safe.
 */
public final class Workspaces implements AutoCloseable {
  private final Map<EventExecutor, Workspace> workspaces = new ConcurrentHashMap<>();

  /** What a loop's clients share; used on that loop. */
  static final class Workspace {
    private final int[] pixels = new int[AreaEncoder.MAX_AREA];
    private final AreaEncoder encoder = new AreaEncoder();

    /** Room for an area's pixels. */
    int[] pixels() {
      return pixels;
    }

    AreaEncoder encoder() {
      return encoder;
    }
  }

  /** The loop's own. */
  Workspace of(EventExecutor loop) {
    return workspaces.computeIfAbsent(loop, any -> new Workspace());
  }

  /** Frees what the encoders hold; every session must have ended. */
  @Override
  public void close() {
    workspaces.values().forEach(workspace -> workspace.encoder().close());
    workspaces.clear();
  }
}
