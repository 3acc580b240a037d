package org.dmore.rfb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class after which a buffer of Netty's is garbage that was never released. */
public final class LeakExtension implements AfterAllCallback {
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  /** Made by JUnit before any test, and so before Netty makes its detectors. */
  public LeakExtension() {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          @SuppressWarnings("deprecation") // the only method that Netty calls for all of its own
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return new Recording<>(resource, samplingInterval);
          }

          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval) {
            return new Recording<>(resource, samplingInterval);
          }
        });
    // Netty makes the detector of its buffers now, and never again.
    PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
  }

  private final class Recording<T> extends ResourceLeakDetector<T> {
    Recording(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      leaks.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      leaks.add(resourceType);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> found = findLeaks();
    if (!found.isEmpty()) {
      throw new AssertionError("leaked buffers=" + found.size() + ", the first: " + found.get(0));
    }
  }

  /** Buffers that are garbage now and were not released. */
  List<String> findLeaks() {
    System.gc();
    System.runFinalization();
    for (int i = 0; i < 10; i++) {
      // Netty looks for leaks when it tracks a buffer.
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(1);
      buffer.release();
    }
    List<String> found = new ArrayList<>();
    for (String leak = leaks.poll(); leak != null; leak = leaks.poll()) {
      found.add(leak);
    }
    return found;
  }
}
