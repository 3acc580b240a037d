package org.dmore.benchmarks.frames;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Six photos, each as it is, then each mirrored in one direction, in the other, in both. */
final class SlideShow implements Film {
  private static final int PHOTOS = 6;

  private final List<Frame> photos = new ArrayList<>();
  private final Frame frame = new Frame();
  private int number;

  @Override
  public Frame next() {
    if (photos.size() < PHOTOS) {
      Frame photo = new Frame();
      Random random = new Random(FrameSequence.SEED + photos.size());
      new Painter(photo, random).photo(0, 0, Frame.WIDTH, Frame.HEIGHT);
      photos.add(photo);
    }
    int[] photo = photos.get(number % PHOTOS).rgb();
    int mirrored = number++ / PHOTOS;
    for (int y = 0; y < Frame.HEIGHT; y++) {
      int from = (mirrored & 2) == 0 ? y : Frame.HEIGHT - 1 - y;
      for (int x = 0; x < Frame.WIDTH; x++) {
        int column = (mirrored & 1) == 0 ? x : Frame.WIDTH - 1 - x;
        frame.rgb()[y * Frame.WIDTH + x] = photo[from * Frame.WIDTH + column];
      }
    }
    return frame;
  }
}
