package org.dmore.benchmarks.lab.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.dmore.benchmarks.lab.viewer.Picture;
import org.junit.jupiter.api.Test;

class RecorderTest {
  private final FakeGuest guest = new FakeGuest();
  private final Recorder recorder = new Recorder(guest);

  @Test
  void countsAreReadAmongWhateverElseTheGuestSays() throws Exception {
    guest.say("@1 ok keys=9 key-digest=0 pointer=9 pointer-digest=0 dropped=9 overflows=9");
    guest.on(
        "count",
        "[    3.141593] xen:balloon: a line of the kernel's",
        "TAG ok keys=2 key-digest=aa pointer=1 pointer-digest=bb dropped=0 overflows=0\r",
        "TAGx ok keys=7");
    Count count = recorder.count();
    assertThat(count).isEqualTo(new Count(2, "aa", 1, "bb", 0, 0));
    assertThat(count.isComplete()).isTrue();
  }

  @Test
  void aRecorderThatLostSomethingItselfSaysSo() throws Exception {
    guest.on(
        "count", "TAG ok keys=2 key-digest=a pointer=1 pointer-digest=b dropped=1 overflows=0");
    assertThat(recorder.count().isComplete()).isFalse();
  }

  @Test
  void keysAreReadInOrderWithCodesAbove127() throws Exception {
    guest.on("keys", "TAG key 0 30+ 30- 464+", "TAG key 3 464-", "TAG ok from=0 to=4");
    assertThat(recorder.keys())
        .containsExactly(
            KeyEvent.press(30), KeyEvent.release(30), KeyEvent.press(464), KeyEvent.release(464));
  }

  @Test
  void aDumpThatLacksALineIsAFailure() {
    guest.on("keys", "TAG key 0 30+ 30-", "TAG key 16 31+", "TAG ok from=0 to=17");
    assertThatThrownBy(recorder::keys)
        .isInstanceOf(RecorderException.class)
        .hasMessageContaining("is not the record's line of event 2");
  }

  @Test
  void aDumpThatIsNoDumpIsAFailure() {
    guest.on("keys", "TAG key 0 30+ 3x-", "TAG ok");
    assertThatThrownBy(recorder::keys).hasMessageContaining("\"3x-\" is no key event");
    guest.on("pointer", "TAG pointer 0 jump 1 2", "TAG ok");
    assertThatThrownBy(recorder::pointer).hasMessageContaining("\"jump 1 2\" is no pointer event");
  }

  @Test
  void thePointersEventsAreReadInOrder() throws Exception {
    guest.on(
        "pointer",
        "TAG pointer 0 move 799 599",
        "TAG pointer 1 button 272 1",
        "TAG pointer 2 wheel -1 0",
        "TAG pointer 3 relative -3 4",
        "TAG ok from=0 to=4");
    assertThat(recorder.pointer())
        .containsExactly(
            PointerEvent.move(799, 599),
            PointerEvent.button(272, true),
            PointerEvent.wheel(-1),
            new PointerEvent(PointerEvent.Kind.RELATIVE, -3, 4));
  }

  @Test
  void theGuestsErrorIsTheCallers() {
    guest.on("fb", "TAG error no framebuffer /dev/fb0: No such file or directory");
    assertThatThrownBy(recorder::screen)
        .isInstanceOf(RecorderException.class)
        .hasMessage("the recorder says: error no framebuffer /dev/fb0: No such file or directory");
  }

  @Test
  void theWholePictureIsUnpackedAndChecked() throws Exception {
    int[] pixels = {0x123456, 0, 0xffffff, 0x00ff00, 1, 2};
    Picture picture = new Picture(3, 2, pixels);
    String text = compressed(pixels);
    String[] lines = {
      "TAG pixels " + text.substring(0, 10),
      "TAG pixels " + text.substring(10),
      "TAG ok width=3 height=2 stride=12 bytes=24 sha256=" + picture.sha256()
    };
    guest.on("pixels", lines);
    assertThat(recorder.picture()).isEqualTo(picture);

    guest.on("pixels", lines[0], lines[1], "TAG ok width=3 height=2 sha256=" + "0".repeat(64));
    assertThatThrownBy(recorder::picture).hasMessageContaining("damaged");
  }

  @Test
  void eachCommandHasATagOfItsOwn() throws Exception {
    Set<String> tags = new HashSet<>();
    Recorder asking =
        new Recorder(
            new TextConsole() {
              @Override
              public void write(String line) {
                assertThat(tags.add(line.split(" ", 2)[0])).isTrue();
                guest.on("reset", "TAG ok");
                guest.write(line);
              }

              @Override
              public long mark() {
                return guest.mark();
              }

              @Override
              public List<String> linesFrom(long mark) {
                return guest.linesFrom(mark);
              }
            });
    asking.reset();
    asking.reset();
    new Recorder(guest).reset();
    assertThat(tags).hasSize(2);
  }

  @Test
  void awaitingGivesWhatThereIsAtTheLimit() throws Exception {
    guest.on(
        "count", "TAG ok keys=1 key-digest=a pointer=0 pointer-digest=b dropped=0 overflows=0");
    assertThat(recorder.awaitKeys(1, Duration.ofSeconds(60)).keys()).isEqualTo(1);
    assertThat(recorder.awaitKeys(2, Duration.ofMillis(50)).keys()).isEqualTo(1);
  }

  @Test
  void readinessIsLookedForAfterTheMark() {
    guest.say("RECORDER READY console=/dev/hvc0");
    assertThatThrownBy(() -> recorder.awaitReady(guest.mark(), Duration.ofMillis(30)))
        .isInstanceOf(RecorderException.class);
    assertThat(guest.commands()).isEmpty();
  }

  @Test
  void aDigestIsWhatTheRecorderMakesOfTheSameEvents() {
    assertThat(Digest.ofKeys(List.of())).isEqualTo("cbf29ce484222325");
    // What the guest's recorder answered to these, typed in a real guest.
    int[] codes = {30, 31, 48, 183, 239, 464, 42, 57};
    List<KeyEvent> keys =
        IntStream.range(0, 4000).mapToObj(i -> new KeyEvent(codes[i / 2 % 8], i % 2 == 0)).toList();
    assertThat(Digest.ofKeys(keys)).isEqualTo("c1431df14eb8c5cd");
    assertThat(new Count(4000, "c1431df14eb8c5cd", 0, "", 0, 0).hasKeys(keys)).isTrue();
    List<PointerEvent> pointer =
        List.of(
            new PointerEvent(PointerEvent.Kind.RELATIVE, 10, 5),
            PointerEvent.button(272, true),
            PointerEvent.button(272, false),
            PointerEvent.wheel(1),
            new PointerEvent(PointerEvent.Kind.RELATIVE, 1, 1));
    assertThat(Digest.ofPointer(pointer)).isEqualTo("245bc55eea99b844");
    assertThat(new Count(0, "", 5, "245bc55eea99b844", 0, 0).hasPointer(pointer)).isTrue();
    assertThat(new Count(0, "", 4, "245bc55eea99b844", 0, 0).hasPointer(pointer)).isFalse();
  }

  private static String compressed(int[] pixels) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(pixels);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes.array());
    }
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }
}
