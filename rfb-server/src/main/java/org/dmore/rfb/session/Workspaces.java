package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.encoding.AreaEncoder;
import org.dmore.rfb.encoding.DeflaterPool;
import org.dmore.rfb.encoding.Encoded;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.encoding.SharedRectangles;
import org.dmore.rfb.encoding.ZlibStreams;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Room for an area's pixels, an encoder and turns for each event loop: a loop encodes one area at a
 * time, so its clients need none of their own. Thread-safe.
 */
public final class Workspaces implements AutoCloseable {
  private final Map<EventExecutor, Workspace> workspaces = new ConcurrentHashMap<>();
  private final Map<EventExecutor, LoopTurns> turns = new ConcurrentHashMap<>();
  private final ServerMetrics metrics;

  /** Without metrics. */
  public Workspaces() {
    this(ServerMetrics.none());
  }

  /** What is encoded is counted. */
  public Workspaces(ServerMetrics metrics) {
    this.metrics = metrics;
  }

  /** What a loop's clients share; used on that loop. */
  static final class Workspace {
    private final int[] pixels = new int[AreaEncoder.MAX_AREA];
    private final AreaEncoder encoder;
    private final ServerMetrics metrics;
    private final DeflaterPool deflaters = new DeflaterPool(DeflaterPool.DEFAULT_SIZE);

    Workspace(ServerMetrics metrics) {
      this.encoder = new AreaEncoder(metrics::rectangle);
      this.metrics = metrics;
    }

    /** Room for an area's pixels. */
    int[] pixels() {
      return pixels;
    }

    /** {@link AreaEncoder#encode} of {@link #pixels}. */
    Encoded encode(Rectangle area, EncodingParameters wanted, ZlibStreams streams, ByteBuf out) {
      long start = System.nanoTime();
      Encoded encoded = encoder.encode(pixels, area, wanted, streams, out);
      metrics.encoded(System.nanoTime() - start);
      return encoded;
    }

    /** {@link AreaEncoder#encodeShared} of {@link #pixels}. */
    SharedRectangles encodeShared(
        Rectangle area, EncodingParameters wanted, ByteBufAllocator allocator) {
      long start = System.nanoTime();
      SharedRectangles encoded = encoder.encodeShared(pixels, area, wanted, allocator);
      metrics.encoded(System.nanoTime() - start);
      return encoded;
    }

    ServerMetrics metrics() {
      return metrics;
    }

    /** What compresses its clients' streams. */
    DeflaterPool deflaters() {
      return deflaters;
    }

    void close() {
      encoder.close();
      deflaters.close();
    }
  }

  /** When updates for a loop's clients are made. */
  LoopTurns turns(EventExecutor loop) {
    return turns.computeIfAbsent(loop, LoopTurns::new);
  }

  /** The loop's own. */
  Workspace of(EventExecutor loop) {
    return workspaces.computeIfAbsent(loop, any -> new Workspace(metrics));
  }

  /** Frees what the encoders hold; every session must have ended. */
  @Override
  public void close() {
    workspaces.values().forEach(Workspace::close);
    workspaces.clear();
  }
}
