package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ManyClientsTest {
  private static final int CLIENTS = 20;

  @Test
  @Timeout(60)
  void twentyClientsAllSeeTheSame() throws Exception {
    MemoryDesktop desktop = new MemoryDesktop(320, 200);
    RecordingInput input = new RecordingInput();
    CountDownLatch running = new CountDownLatch(CLIENTS);
    CountDownLatch painted = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (RfbServer server =
        RfbServer.builder()
            .desktop(desktop)
            .input(input)
            .security(new NoAuthentication())
            .threads(2)
            .build()) {
      int port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        int keysym = i;
        all.add(
            threads.submit(
                () -> {
                  try (NullClient client = NullClient.connect(port)) {
                    client.setPixelFormat(Format.random(random));
                    client.setEncodings(
                        List.of(0, 2, 5, 6, 16).get(random.nextInt(5)),
                        NullClient.COPY_RECT,
                        NullClient.EXTENDED_DESKTOP_SIZE);
                    running.countDown();
                    while (painted.getCount() > 0) {
                      client.request(false);
                      client.read();
                      client.key(true, keysym);
                      client.key(false, keysym);
                    }
                    client.readUntilSame(desktop);
                  }
                  return null;
                }));
      }
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
      Random random = new Random(99);
      for (int i = 0; i < 300; i++) {
        int x = random.nextInt(100);
        int y = random.nextInt(100);
        desktop.scribble(random, x, y, 1 + random.nextInt(220), 1 + random.nextInt(100));
        desktop.copy(0, 16, 0, 0, 320, 184);
        if (i % 50 == 0) {
          desktop.resize(320 + random.nextInt(5), 200 + random.nextInt(5));
        }
      }
      painted.countDown();
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(input.recordings()).hasSize(CLIENTS);
    for (RecordingInput.Recording recording : input.recordings()) {
      List<String> events = recording.events();
      assertThat(events).last().isEqualTo("close");
      String down = events.get(0);
      for (int i = 0; i < events.size() - 1; i++) {
        assertThat(events.get(i)).isEqualTo(i % 2 == 0 ? down : down.replace('+', '-'));
      }
    }
    assertThat(desktop.listeners()).isZero();
  }
}
