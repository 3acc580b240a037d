package org.dmore.benchmarks.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.frames.Film;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameSequence;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Frames of some sequences in one file that servers' applications and the client map: {@code
 * 0x00RRGGBB} in the machine's order, one after the other, nothing else.
 *
 * @param path of the file
 * @param clips where in it each sequence is
 */
record FrameFile(Path path, List<Clip> clips) {
  private static final int BYTES = Frame.WIDTH * Frame.HEIGHT * Integer.BYTES;

  /** Copies. */
  FrameFile {
    clips = List.copyOf(clips);
  }

  /**
   * Paints and writes.
   *
   * @param path of a file that is not there yet
   * @param frames of each sequence, at least two
   */
  static FrameFile write(Path path, List<FrameSequence> sequences, int frames) throws IOException {
    List<Clip> clips = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (FrameSequence sequence : sequences) {
        Film film = sequence.film();
        List<Rectangle> damage = new ArrayList<>();
        int[] first = film.next().rgb().clone();
        put(file, buffer, first);
        int[] before = first;
        for (int i = 1; i < frames; i++) {
          int[] now = film.next().rgb().clone();
          put(file, buffer, now);
          damage.add(difference(before, now));
          before = now;
        }
        damage.add(0, difference(before, first));
        clips.add(new Clip(sequence.title(), clips.size() * frames, damage));
      }
    }
    return new FrameFile(path, clips);
  }

  private static void put(FileChannel file, ByteBuffer buffer, int[] rgb) throws IOException {
    buffer.clear().asIntBuffer().put(rgb);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  /** The bounds of what differs between two frames; without area if nothing does. */
  static Rectangle difference(int[] before, int[] after) {
    int left = Frame.WIDTH;
    int top = Frame.HEIGHT;
    int right = 0;
    int bottom = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        int x = i % Frame.WIDTH;
        int y = i / Frame.WIDTH;
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = y + 1;
      }
    }
    return right == 0
        ? new Rectangle(0, 0, 0, 0)
        : new Rectangle(left, top, right - left, bottom - top);
  }
}
