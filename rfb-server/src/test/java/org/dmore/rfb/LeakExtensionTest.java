package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That a leak would be seen; else the others' silence would mean nothing. */
class LeakExtensionTest {
  @Test
  void everyBufferIsTrackedAndOneThatIsNotReleasedIsFound() {
    for (int i = 0; i < 1000; i++) {
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(1);
      assertThat(buffer.getClass().getSimpleName()).contains("LeakAware");
      buffer.release();
    }
    ResourceLeakDetectorFactory before = ResourceLeakDetectorFactory.instance();
    LeakExtension extension = new LeakExtension();
    ResourceLeakDetector<Object> detector =
        ResourceLeakDetectorFactory.instance().newResourceLeakDetector(Object.class, 1);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(before);
    Object resource = new Object();
    assertThat(detector.track(resource)).isNotNull();
    resource = null;
    List<String> found = new ArrayList<>();
    await()
        .until(
            () -> {
              System.gc();
              detector.track(detector).close(detector);
              found.addAll(extension.findLeaks());
              return !found.isEmpty();
            });
    assertThat(found.get(0)).contains("Object");
  }
}
