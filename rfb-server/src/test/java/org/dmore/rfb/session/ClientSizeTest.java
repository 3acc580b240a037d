package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientSizeTest {
  private static final Desktop.Size SMALL = new Desktop.Size(640, 480);
  private static final Desktop.Size LARGE = new Desktop.Size(1024, 768);

  private static final ClientEncodings EXTENDED =
      ClientEncodings.of(List.of(PseudoEncoding.EXTENDED_DESKTOP_SIZE.number()));
  private static final ClientEncodings PLAIN =
      ClientEncodings.of(List.of(PseudoEncoding.DESKTOP_SIZE.number()));

  private final ClientSize size = new ClientSize();

  @BeforeEach
  void begin() {
    size.begin(SMALL);
  }

  /** An update's rectangles as "encoding x y width height": x is the reason, y the status. */
  private static List<String> read(Optional<Consumer<ByteBuf>> update) {
    List<String> rectangles = new ArrayList<>();
    ByteBuf out = Unpooled.buffer();
    update.orElseThrow().accept(out);
    assertThat(out.readUnsignedByte()).as("FramebufferUpdate").isZero();
    out.skipBytes(1);
    int count = out.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      int x = out.readUnsignedShort();
      int y = out.readUnsignedShort();
      int width = out.readUnsignedShort();
      int height = out.readUnsignedShort();
      int encoding = out.readInt();
      if (encoding == PseudoEncoding.EXTENDED_DESKTOP_SIZE.number()) {
        int screens = out.readUnsignedByte();
        out.skipBytes(3 + 16 * screens);
        rectangles.add("extended " + x + " " + y + " " + width + " " + height);
      } else {
        assertThat(encoding).isEqualTo(PseudoEncoding.DESKTOP_SIZE.number());
        rectangles.add("plain " + width + " " + height);
      }
    }
    assertThat(out.isReadable()).as("bytes after the last rectangle").isFalse();
    return rectangles;
  }

  @Test
  void nothingIsDueWhileTheSizeHolds() {
    assertThat(size.tell(SMALL, EXTENDED)).isEmpty();
    assertThat(size.tell(SMALL, PLAIN)).isEmpty();
    assertThat(size.tell(SMALL, ClientEncodings.NONE)).isEmpty();
  }

  @Test
  void aChangeIsToldOnce() {
    assertThat(read(size.tell(LARGE, EXTENDED))).containsExactly("extended 0 0 1024 768");
    assertThat(size.is(LARGE)).isTrue();
    assertThat(size.tell(LARGE, EXTENDED)).isEmpty();

    assertThat(read(size.tell(SMALL, PLAIN))).containsExactly("plain 640 480");
    assertThat(size.tell(SMALL, PLAIN)).isEmpty();
  }

  @Test
  void aClientThatCannotFollowKeepsItsSize() {
    assertThat(size.tell(LARGE, ClientEncodings.NONE)).isEmpty();
    assertThat(size.width()).isEqualTo(640);
    assertThat(size.height()).isEqualTo(480);
    assertThat(ClientSize.follows(ClientEncodings.NONE)).isFalse();
    assertThat(ClientSize.follows(PLAIN)).isTrue();
    assertThat(ClientSize.follows(EXTENDED)).isTrue();
  }

  @Test
  void theLayoutIsToldWhenItIsAskedFor() {
    size.askForLayout();
    assertThat(read(size.tell(SMALL, EXTENDED))).containsExactly("extended 0 0 640 480");
    assertThat(size.tell(SMALL, EXTENDED)).isEmpty();
  }

  @Test
  void eachWishForAnotherSizeIsRefusedAfterWhatHolds() {
    size.refuse();
    size.refuse();
    assertThat(read(size.tell(SMALL, EXTENDED)))
        .containsExactly("extended 1 1 640 480", "extended 1 1 640 480");

    size.refuse();
    assertThat(read(size.tell(LARGE, EXTENDED)))
        .containsExactly("extended 0 0 1024 768", "extended 1 1 1024 768");
    assertThat(size.tell(LARGE, EXTENDED)).isEmpty();
  }

  @Test
  void whoCannotBeToldIsNotToldLater() {
    size.askForLayout();
    size.refuse();
    assertThat(size.tell(SMALL, PLAIN)).isEmpty();
    assertThat(size.tell(SMALL, EXTENDED)).isEmpty();
  }
}
