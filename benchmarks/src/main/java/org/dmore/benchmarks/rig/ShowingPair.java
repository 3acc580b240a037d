package org.dmore.benchmarks.rig;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.vdev.frontend.KeyboardFrontend;

/**
 * A program: the embedded pair with the real consoled and a guest that shows frames of a file,
 * {@code 0x00RRGGBB} in the machine's order, one after the other. Its only argument is the file. It
 * says {@code ready PORT} on standard output, logs to standard error, and ends when its standard
 * input does. It answers
 *
 * <pre>show FRAME X Y WIDTH HEIGHT</pre>
 *
 * when that area of that frame is in the guest's framebuffer and its CPU was told, by {@code shown}
 * and the processor time in nanoseconds that the thread which reads, copies and answers took so
 * far: a second CPU of the guest's. The first one tells the backend.
 */
public final class ShowingPair {
  private final GuestDrivers drivers;
  private final IntBuffer frames;
  private final int[] row = new int[Frame.WIDTH];

  private ShowingPair(GuestDrivers drivers, IntBuffer frames) {
    this.drivers = drivers;
    this.frames = frames;
  }

  /** Takes the file's path. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setOut(System.err); // before anything logs
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (OutputStream answers = new FileOutputStream(FileDescriptor.out);
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        FileChannel file = FileChannel.open(Path.of(arguments[0]));
        ConsolePair pair = new ConsolePair()) {
      GuestDrivers drivers =
          new GuestDrivers(pair.domU(), Frame.WIDTH, Frame.HEIGHT, KeyboardFrontend.Listener.NONE);
      pair.boot(drivers);
      IntBuffer frames =
          file.map(MapMode.READ_ONLY, 0, file.size()).order(ByteOrder.nativeOrder()).asIntBuffer();
      ShowingPair showing = new ShowingPair(drivers, frames);
      String answer = "ready " + pair.address().getPort() + "\n";
      String command;
      do {
        answers.write(answer.getBytes(StandardCharsets.US_ASCII));
        command = commands.readLine();
        if (command != null) {
          showing.show(command);
          answer = "shown " + threads.getCurrentThreadCpuTime() + "\n";
        }
      } while (command != null);
    }
  }

  private void show(String command) {
    String[] words = command.split(" ", -1);
    int first = Integer.parseInt(words[1]) * Frame.WIDTH * Frame.HEIGHT;
    int x = Integer.parseInt(words[2]);
    int y = Integer.parseInt(words[3]);
    int width = Integer.parseInt(words[4]);
    int height = Integer.parseInt(words[5]);
    for (int line = y; line < y + height; line++) {
      frames.get(first + line * Frame.WIDTH + x, row, 0, width);
      drivers.framebuffer().putRow(x, line, row, 0, width);
    }
    drivers.execute(() -> drivers.framebuffer().update(x, y, width, height));
  }
}
