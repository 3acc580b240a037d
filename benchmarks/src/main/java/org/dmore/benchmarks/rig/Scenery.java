package org.dmore.benchmarks.rig;

import java.util.List;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameKind;

/** Pictures of 800x600 that follow each other on a guest's screen; used by one thread. */
interface Scenery {
  /** Puts the next picture in place of the one before, {@code 0x00RRGGBB}. */
  void next(int[] pixels);

  /** A text console, a line further up each time. */
  static Scenery scrolling() {
    ScrollingDesktop console = new ScrollingDesktop();
    return pixels -> {
      console.writeLine();
      console.copyPixels(
          0, 0, ScrollingDesktop.WIDTH, ScrollingDesktop.HEIGHT, pixels, 0, ScrollingDesktop.WIDTH);
    };
  }

  /** A desktop and its negative in turn, so that no pixel stays as it was. */
  static Scenery negatives() {
    List<Frame> frames = FrameKind.DESKTOP.frames();
    return new Scenery() {
      private int mask;

      @Override
      public void next(int[] pixels) {
        mask ^= 0xffffff;
        for (int row = 0; row < ScrollingDesktop.HEIGHT; row++) {
          for (int column = 0; column < ScrollingDesktop.WIDTH; column++) {
            pixels[row * ScrollingDesktop.WIDTH + column] =
                frames.get(0).rgb()[row * Frame.WIDTH + column] ^ mask;
          }
        }
      }
    };
  }
}
