package org.dmore.benchmarks.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EncoderRigTest {
  /** Raw pixels; heads of 12 areas, and of 3072 tiles of Hextile. */
  private static final double MOST_BYTES = Frame.WIDTH * Frame.HEIGHT * 4.0 + 12 * 12 + 3072;

  /** 12 areas, each with a rectangle's few objects for each of its parts. */
  private static final long SMALL = 64 * 1024;

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** It notes each access to each buffer, which is most of what would be allocated. */
  @BeforeEach
  void followNoBuffers() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void followBuffersAgain() {
    ResourceLeakDetector.setLevel(level);
  }

  @ParameterizedTest
  @EnumSource(FrameKind.class)
  void aKindsFramesAreTheSameEachTimeAndDifferFromEachOther(FrameKind kind) {
    List<Frame> frames = kind.frames();

    assertThat(kind.frames()).zipSatisfy(frames, (a, b) -> assertThat(a.rgb()).isEqualTo(b.rgb()));
    assertThat(frames).map(frame -> Arrays.hashCode(frame.rgb())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(FrameKind.class)
  void everyFormIsNoLongerThanRawPixelsAndAllocatesNextToNothing(FrameKind kind) {
    for (EncoderForm form : EncoderForm.values()) {
      try (EncoderRig rig = new EncoderRig(kind, form)) {
        assertThat(rig.meanBytes()).as(form.title()).isPositive().isLessThanOrEqualTo(MOST_BYTES);
        // The least of some: the buffers' arena may grow in one of them.
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
          long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
          rig.frame();
          long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
          least = Math.min(least, after - before);
        }
        assertThat(least).as(form.title()).isLessThan(SMALL);
      }
    }
  }
}
