package org.dmore.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPageTest {
  private static final int SIZE = SharedPage.PAGE_SIZE;

  private final ByteBuffer memory = ByteBuffer.allocateDirect(SIZE);
  private final AtomicInteger unmapped = new AtomicInteger();
  private final SharedPage page =
      SharedPage.confined(memory, Access.READ_WRITE, unmapped::incrementAndGet);

  static Stream<Consumer<SharedPage>> readers() {
    return Stream.of(
        p -> p.getByte(0),
        p -> p.getInt(0),
        p -> p.getIntAcquire(0),
        p -> p.getLong(0),
        p -> p.getInts(0, new int[1], 0, 1),
        p -> p.getBytes(0, new byte[1], 0, 1));
  }

  static Stream<Consumer<SharedPage>> writers() {
    return Stream.of(
        p -> p.putByte(0, (byte) 1),
        p -> p.putInt(0, 1),
        p -> p.putIntRelease(0, 1),
        p -> p.compareAndSetInt(0, 0, 1),
        p -> p.putLong(0, 1),
        p -> p.putInts(0, new int[1], 0, 1),
        p -> p.putBytes(0, new byte[1], 0, 1),
        p -> p.fill(0, 1, (byte) 1));
  }

  static Stream<Consumer<SharedPage>> accesses() {
    return Stream.concat(readers(), writers());
  }

  @Test
  void valuesAreLittleEndian() {
    page.putInt(0, 0x04030201);
    page.putLong(8, 0x0807060504030201L);
    assertThat(page.getByte(0)).isEqualTo((byte) 1);
    assertThat(page.getByte(8)).isEqualTo((byte) 1);
    assertThat(page.getInt(12)).isEqualTo(0x08070605);
    int[] ints = new int[3];
    page.getInts(8, ints, 1, 2);
    assertThat(ints).containsExactly(0, 0x04030201, 0x08070605);
  }

  @Test
  void comparingAndSettingWritesOnlyOverWhatWasExpected() {
    page.putInt(8, 5);
    assertThat(page.compareAndSetInt(8, 4, 6)).isFalse();
    assertThat(page.getInt(8)).isEqualTo(5);
    assertThat(page.compareAndSetInt(8, 5, 6)).isTrue();
    assertThat(page.getInt(8)).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -4, SIZE - 3, SIZE, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void anIntOutsideTheWindowIsAnException(int offset) {
    assertThatThrownBy(() -> page.getInt(offset)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> page.putInt(offset, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-8, SIZE - 4, SIZE, Integer.MAX_VALUE - 7})
  void aRangeThatLeavesTheWindowIsAnException(int offset) {
    List<Consumer<SharedPage>> ranges =
        List.of(
            p -> p.getInts(offset & ~3, new int[2], 0, 2),
            p -> p.putInts(offset & ~3, new int[2], 0, 2),
            p -> p.getBytes(offset, new byte[8], 0, 8),
            p -> p.putBytes(offset, new byte[8], 0, 8),
            p -> p.fill(offset, 8, (byte) 0),
            p -> p.getLong(offset),
            p -> p.putLong(offset, 0));
    for (Consumer<SharedPage> range : ranges) {
      assertThatThrownBy(() -> range.accept(page))
          .isInstanceOfAny(IndexOutOfBoundsException.class, RuntimeException.class)
          .isNotInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void intsMustBeAligned() {
    assertThatThrownBy(() -> page.getInts(2, new int[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource("accesses")
  void useAfterCloseIsAnException(Consumer<SharedPage> access) {
    page.close();
    assertThatThrownBy(() -> access.accept(page)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("accesses")
  void useByAnotherThreadIsAnException(Consumer<SharedPage> access) {
    CompletableFuture<Void> other = CompletableFuture.runAsync(() -> access.accept(page));
    assertThatThrownBy(other::join).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherThreadCannotCloseIt() {
    assertThatThrownBy(() -> CompletableFuture.runAsync(page::close).join())
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(page.isOpen()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("writers")
  void aReadOnlyWindowCannotBeWritten(Consumer<SharedPage> write) {
    SharedPage readOnly = SharedPage.confined(memory, Access.READ_ONLY, () -> {});
    assertThatThrownBy(() -> write.accept(readOnly)).isInstanceOf(IllegalStateException.class);
    assertThat(memory.get(0)).isZero();
  }

  @Test
  void closingUnmapsOnce() {
    page.close();
    page.close();
    assertThat(unmapped).hasValue(1);
  }

  @Test
  void abandoningDoesNotUnmap() {
    page.abandon();
    page.close();
    assertThat(unmapped).hasValue(0);
    assertThat(page.isOpen()).isFalse();
  }

  @Test
  void heapMemoryIsRefused() {
    ByteBuffer heap = ByteBuffer.allocate(SIZE);
    assertThatThrownBy(() -> SharedPage.confined(heap, Access.READ_WRITE, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theObserverIsToldAfterEachWrite() {
    List<String> seen = new ArrayList<>();
    SharedPage shared =
        SharedPage.shared(
            memory,
            Access.READ_WRITE,
            (offset, length) -> seen.add(offset + "+" + length + "=" + memory.get(offset)),
            () -> {});
    shared.putByte(1, (byte) 10);
    shared.putInt(4, 11);
    shared.putIntRelease(8, 12);
    shared.putLong(16, 13);
    shared.putInts(32, new int[] {14, 0}, 0, 2);
    shared.putBytes(64, new byte[] {15, 0, 0}, 0, 3);
    shared.fill(100, 5, (byte) 16);
    shared.getInt(0);
    assertThat(seen)
        .containsExactly("1+1=10", "4+4=11", "8+4=12", "16+8=13", "32+8=14", "64+3=15", "100+5=16");
  }

  @Test
  void accessDoesNotAllocate() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    int[] ints = new int[64];
    byte[] bytes = new byte[64];
    useAll(ints, bytes, 20_000);
    long before = threads.getThreadAllocatedBytes(self);
    useAll(ints, bytes, 10_000);
    assertThat(threads.getThreadAllocatedBytes(self) - before).isLessThan(4096);
  }

  private void useAll(int[] ints, byte[] bytes, int times) {
    for (int i = 0; i < times; i++) {
      page.putInt(0, i);
      page.putIntRelease(4, page.getInt(0));
      page.putLong(8, page.getLong(0));
      page.putByte(16, page.getByte(8));
      page.getInts(0, ints, 0, 64);
      page.putInts(512, ints, 0, 64);
      page.getBytes(0, bytes, 0, 64);
      page.putBytes(1024, bytes, 0, 64);
      page.fill(2048, 8, (byte) page.getIntAcquire(4));
      SharedPage.fullFence();
    }
  }
}
