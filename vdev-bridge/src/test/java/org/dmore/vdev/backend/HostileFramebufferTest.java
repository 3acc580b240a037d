package org.dmore.vdev.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.rfb.Desktop;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.RawFramebuffer;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.wire.FbifEvent;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.xen.SharedPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that does what it likes with its framebuffer's page, grants and nodes. */
class HostileFramebufferTest {
  private static final int PAGES = 8;
  private static final int MEMORY = PAGES * SharedPage.PAGE_SIZE;
  private static final int WIDTH = 64;
  private static final int HEIGHT = 32;

  private final List<String> damage = new CopyOnWriteArrayList<>();
  private DeviceBench bench;
  private RawFramebuffer fb;

  @BeforeEach
  void open() throws Exception {
    bench = new DeviceBench();
    fb = new RawFramebuffer(bench, PAGES);
    Desktop desktop = bench.consoled().query(GuestConsole::desktop);
    desktop.addListener(
        new Desktop.Listener() {
          @Override
          public void damaged(int x, int y, int width, int height) {
            Desktop.Size size = desktop.size();
            assertThat(x >= 0 && y >= 0 && width > 0 && height > 0).isTrue();
            assertThat(x + width <= size.width() && y + height <= size.height()).isTrue();
            damage.add(x + " " + y + " " + width + " " + height);
          }

          @Override
          public void resized() {
            damage.add("resized " + desktop.size());
          }
        });
  }

  @AfterEach
  void aDriverThatBehavesIsShown() throws Exception {
    try (DeviceBench closing = bench) {
      bench.assertLoopIsPrompt();
      bench.log().assertQuiet();
      assertThat(bench.log().guestFaults().size()).isLessThan(6);
      closing.guest().probeFramebuffer();
      bench.seedFramebuffer();
      int[] green = new int[160];
      java.util.Arrays.fill(green, 0x00ff00);
      await("the driver's picture")
          .atMost(DeviceBench.SOON)
          .until(
              () -> {
                Object unused =
                    bench
                        .guest()
                        .run(
                            () -> {
                              bench.guest().framebuffer().putRow(0, 5, green, 0, 160);
                              bench.guest().framebuffer().update(0, 5, 160, 1);
                              return "";
                            });
                Desktop.Size size = size();
                return size.width() == 160
                    && size.height() == 120
                    && bench.pixel(159, 5) == 0x00ff00;
              });
      bench.log().assertQuiet();
    }
  }

  private Desktop.Size size() {
    return bench.consoled().query(console -> console.desktop().size());
  }

  private void connect() throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32).grant().offer("4");
    bench.awaitDesktop();
    damage.clear();
  }

  private void awaitTaken() {
    await("events taken").atMost(DeviceBench.SOON).until(fb::isTaken);
  }

  private void assertRefusedOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      fb.offer("3");
      fb.offer("4");
    }
    bench.settle();
    assertThat(bench.log().guestFaults()).hasSize(1);
    assertThat(bench.consoled().query(GuestConsole::isDesktopLive)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 32, 256, 32768, 32",
    "-1, 32, 256, 32768, 32",
    "2147483647, 32, 256, 32768, 32",
    "1073741824, 1, 256, 32768, 32",
    "64, 0, 256, 32768, 32",
    "64, -5, 256, 32768, 32",
    "64, 2147483647, 256, 32768, 32",
    "64, 129, 256, 32768, 32",
    "64, 32, 255, 32768, 32",
    "64, 32, 258, 32768, 32",
    "64, 32, 0, 32768, 32",
    "64, 32, -256, 32768, 32",
    "64, 32, 2147483644, 32768, 32",
    "64, 32, 256, 0, 32",
    "64, 32, 256, -1, 32",
    "64, 32, 256, -2147483648, 32",
    "64, 32, 256, 67108865, 32",
    "64, 32, 256, 32769, 32",
    "64, 32, 256, 32768, 0",
    "64, 32, 256, 32768, 1",
    "64, 32, 256, 32768, 24",
    "64, 32, 256, 32768, 255",
    "16384, 16384, 16384, 32768, 8"
  })
  void aShapeThatCannotBeIsRefused(int width, int height, int stride, int memory, int depth)
      throws Exception {
    fb.shape(width, height, stride, memory, depth).grant();
    assertRefusedOnce();
  }

  @Test
  void morePixelsThanTheKeptPictureMayTakeAreRefused() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> Framebuffer.checked(16_384, 4096, 16_384, 8, 0, 64 << 20)))
        .hasMessageContaining("is over pixels=16777216");
    assertThat(Framebuffer.checked(4096, 4096, 16_384, 32, 0, 64 << 20).bytesPerPixel())
        .isEqualTo(4);
  }

  @Test
  void pixelsThatAreNotGrantedAreRefusedAndThePageLetGo() throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32).grant();
    bench.revoke(fb.base() + 3);
    assertRefusedOnce();
    bench.host().destroy(bench.guest().domain());
    assertThat(bench.host().lingering()).isEmpty();
    bench.detachDevices(bench.guest().id());
    bench.newGuest("another");
  }

  @Test
  void tooFewGrantsAreRefused() throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32).grant();
    bench.writeGrantNodes(fb.base(), PAGES, Long.toString(fb.pageFrame()));
    assertRefusedOnce();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, Integer.MAX_VALUE})
  void aNumberOfGrantsThatCannotBeIsRefused(int count) throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32).grant();
    bench.writeGrantNodes(fb.base(), count, Long.toString(fb.pageFrame()));
    assertRefusedOnce();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 32_760, 99_999, Integer.MAX_VALUE})
  void grantsThatAreNotThereAreRefused(int base) throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32);
    bench.writeGrantNodes(base, PAGES + 1, Long.toString(fb.pageFrame()));
    assertRefusedOnce();
  }

  @Test
  void grantsOfAnotherPageAreWaitedOutNotTaken() throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32).grant();
    bench.writeGrantNodes(fb.base(), PAGES + 1, "77");
    fb.offer("4");
    bench.settle();
    assertThat(bench.log().problems()).isEmpty();
    assertThat(bench.consoled().query(GuestConsole::isDesktopLive)).isFalse();
    fb.grant();
    bench.awaitDesktop();
  }

  @Test
  void anEventChannelThatIsNoneIsRefusedAndAllIsUnmapped() throws Exception {
    fb.shape(WIDTH, HEIGHT, WIDTH * 4, MEMORY, 32).grant();
    bench.guest().ports().eventChannels().unbind(fb.port());
    assertRefusedOnce();
    bench.host().destroy(bench.guest().domain());
    assertThat(bench.host().lingering()).isEmpty();
    bench.detachDevices(bench.guest().id());
    bench.newGuest("another");
  }

  @ParameterizedTest
  @ValueSource(ints = {52, -1, Integer.MIN_VALUE, 1_000_000})
  void anOutProducerThatCannotBeDamagesAllAndIsGoneOnFrom(int producer) throws Exception {
    connect();
    awaitTaken();
    int before = fb.page().getInt(FbifPage.OUT_PROD);
    fb.page().putIntRelease(FbifPage.OUT_PROD, before + producer);
    fb.notifyBackend();
    awaitTaken();
    await("damage").atMost(DeviceBench.SOON).until(() -> damage.contains("0 0 64 32"));
    fb.put(FbifEvent.TYPE_UPDATE, 1, 2, 3, 4);
    await("damage").atMost(DeviceBench.SOON).until(() -> damage.contains("1 2 3 4"));
    assertThat(bench.log().guestFaults()).hasSize(1);
  }

  @Test
  void aRectangleIsCutToTheFramebuffer() throws Exception {
    connect();
    fb.put(FbifEvent.TYPE_UPDATE, -10, -10, 20, 20);
    fb.put(FbifEvent.TYPE_UPDATE, 60, 30, Integer.MAX_VALUE, Integer.MAX_VALUE);
    fb.put(FbifEvent.TYPE_UPDATE, Integer.MIN_VALUE, 0, Integer.MAX_VALUE, 1);
    fb.put(FbifEvent.TYPE_UPDATE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
    fb.put(FbifEvent.TYPE_UPDATE, 1, 1, -1, -1);
    fb.put(FbifEvent.TYPE_UPDATE, 1, 1, 0, 5);
    fb.put(FbifEvent.TYPE_UPDATE, 1, 1, Integer.MIN_VALUE, Integer.MIN_VALUE);
    fb.put(FbifEvent.TYPE_UPDATE, 7, 7, 7, 7);
    awaitTaken();
    await("damage").atMost(DeviceBench.SOON).until(() -> damage.contains("7 7 7 7"));
    // The first event damages all of it: what was drawn before could not be told.
    assertThat(damage).containsExactly("0 0 64 32", "0 0 10 10", "60 30 4 2", "7 7 7 7");
    assertThat(bench.log().guestFaults()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "64, 32, 256, 32, 32767",
    "64, 32, 256, 32, 24580",
    "64, 32, 256, 32, -4",
    "64, 32, 256, 32, 2",
    "64, 32, 256, 32, 2147483644",
    "64, 32, 2147483644, 32, 2147483644",
    "64, 129, 256, 32, 0",
    "64, 32, 252, 32, 0",
    "64, 32, -256, 32, 0",
    "64, 32, 256, 24, 0",
    "0, 32, 256, 32, 0",
    "-64, -32, 256, 32, 0",
    "1073741824, 1, 4, 32, 0"
  })
  void aResizeBeyondTheMemoryIsRefused(int width, int height, int stride, int depth, int offset)
      throws Exception {
    connect();
    fb.put(FbifEvent.TYPE_RESIZE, width, height, stride, depth, offset);
    fb.put(FbifEvent.TYPE_UPDATE, 1, 2, 3, 4);
    await("damage").atMost(DeviceBench.SOON).until(() -> damage.contains("1 2 3 4"));
    assertThat(size()).isEqualTo(new Desktop.Size(WIDTH, HEIGHT));
    assertThat(bench.log().guestFaults()).hasSize(1);
  }

  @Test
  void eventsOfUnknownTypesArePassedOver() throws Exception {
    connect();
    for (int type = 0; type < 256; type++) {
      if (type != FbifEvent.TYPE_UPDATE && type != FbifEvent.TYPE_RESIZE) {
        fb.put(type, -1, -1, -1, -1, -1);
        awaitTaken();
      }
    }
    assertThat(bench.log().guestFaults()).hasSize(1);
  }

  @Test
  void aHeaderThatChangesAfterConnectingHasNoEffect() throws Exception {
    connect();
    fb.shape(4000, 4000, 16_000, Integer.MAX_VALUE, 8);
    fb.page().putInt(FbifPage.OUT_CONS, 12345);
    fb.put(FbifEvent.TYPE_UPDATE, 1, 2, 3, 4);
    await("damage").atMost(DeviceBench.SOON).until(() -> damage.contains("1 2 3 4"));
    assertThat(size()).isEqualTo(new Desktop.Size(WIDTH, HEIGHT));
    assertThat(bench.pixel(63, 31)).isZero();
  }

  @Test
  void pixelsThatAreRevokedWhileMappedStayReadable() throws Exception {
    connect();
    fb.pixels().putInt(0, 0x123456);
    for (int i = 0; i <= PAGES; i++) {
      bench.revoke(fb.base() + i);
    }
    assertThat(bench.pixel(0, 0)).isEqualTo(0x123456);
    fb.put(FbifEvent.TYPE_UPDATE, 1, 2, 3, 4);
    await("damage").atMost(DeviceBench.SOON).until(() -> damage.contains("1 2 3 4"));
  }

  @Test
  void randomBytesInThePageNeverStopTheConsole() throws Exception {
    long seed = 20_260_101L;
    Random random = new Random(seed);
    connect();
    byte[] ring = new byte[FbifPage.OUT_RING_SIZE];
    for (int round = 0; round < 5000; round++) {
      if (round % 8 == 0) {
        for (int at = FbifPage.OUT_PROD; at < FbifPage.PAGE_DIRECTORY_64; at += 4) {
          fb.page().putInt(at, random.nextInt());
        }
      }
      random.nextBytes(ring);
      fb.page().putBytes(FbifPage.OUT_RING_OFFSET, ring, 0, ring.length);
      for (int slot = 0; slot < FbifPage.OUT_RING_LENGTH; slot++) {
        int at = FbifPage.outSlot(slot);
        fb.page().putByte(at, (byte) (2 + random.nextInt(3)));
        for (int word = 4; word < 24; word += 4) {
          fb.page().putInt(at + word, plausible(random));
        }
      }
      int consumer = fb.page().getIntAcquire(FbifPage.OUT_CONS);
      fb.page().putIntRelease(FbifPage.OUT_PROD, consumer + random.nextInt(52));
      fb.notifyBackend();
      if (round % 50 == 0) {
        int[] all =
            bench
                .consoled()
                .query(
                    console -> {
                      Desktop.Size now = console.desktop().size();
                      int[] target = new int[now.width() * now.height()];
                      console
                          .desktop()
                          .copyPixels(0, 0, now.width(), now.height(), target, 0, now.width());
                      return target;
                    });
        assertThat(all).as("seed=%d round=%d", seed, round).isNotEmpty();
      }
    }
    bench.assertLoopIsPrompt();
    fb.page().putIntRelease(FbifPage.OUT_PROD, fb.page().getIntAcquire(FbifPage.OUT_CONS));
  }

  private static int plausible(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt();
      case 1 -> 32;
      case 2 -> random.nextInt(8) * 64;
      case 3 -> 8 << random.nextInt(3);
      default -> random.nextInt(100);
    };
  }
}
