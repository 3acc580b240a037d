package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.viewer.RfbMessages;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * Keys, one at a time, each answered by the guest with a packet: from the client's write to the
 * packet's arrival, by one clock. The way back is the same whoever carries the key there. For one
 * thread.
 */
final class AnsweredKeys implements AutoCloseable {
  private static final int KEYSYM = 'a';
  private static final int CODE = 30;
  private static final int ANSWER_LENGTH = 3 * Integer.BYTES;
  private static final int PATIENCE_MILLIS = (int) Duration.ofMinutes(1).toMillis();

  /** Both ends have gone to sleep before the next key. */
  private static final int MIN_PAUSE_MILLIS = 30;

  private static final int MAX_PAUSE_MILLIS = 90;

  private final DatagramSocket socket;
  private final Random random = new Random(7);
  private int answered;

  AnsweredKeys() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(Lab.GATEWAY), 0));
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** Where the guest is to send its packets. */
  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** How many keys were answered so far: presses and releases. */
  int answered() {
    return answered;
  }

  /**
   * Presses and releases a key so many times.
   *
   * @return how long each press took to be answered, in microseconds
   * @throws IOException if a key is not answered within a minute, or by another key's packet: one
   *     was lost, doubled or out of order
   */
  List<Double> type(RfbViewer viewer, int times) throws IOException, InterruptedException {
    List<Double> micros = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
      micros.add(answer(viewer, true));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
      double unused = answer(viewer, false);
    }
    return micros;
  }

  private double answer(RfbViewer viewer, boolean down) throws IOException {
    byte[] message = RfbMessages.key(down, KEYSYM);
    DatagramPacket packet = new DatagramPacket(new byte[ANSWER_LENGTH], ANSWER_LENGTH);
    long begin = System.nanoTime();
    viewer.send(message);
    socket.receive(packet);
    long end = System.nanoTime();
    ByteBuffer words = ByteBuffer.wrap(packet.getData());
    int number = words.getInt();
    int code = words.getInt();
    boolean pressed = words.getInt() == 1;
    if (packet.getLength() != ANSWER_LENGTH
        || number != answered
        || code != CODE
        || pressed != down) {
      throw new IOException(
          "the guest's answer is number=%d code=%d pressed=%s, not number=%d code=%d pressed=%s"
              .formatted(number, code, pressed, answered, CODE, down));
    }
    answered++;
    return (end - begin) / 1e3;
  }

  @Override
  public void close() {
    socket.close();
  }
}
