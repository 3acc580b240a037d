package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.Consumer;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.protocol.DesktopSizeReason;
import org.dmore.rfb.protocol.PseudoEncoding;

/**
 * The desktop's size as a client knows it, and what it is to be told of it: by an update of its
 * own, as ExtendedDesktopSize (rfbproto, 7.8.10) or DesktopSize (RFC 6143, 7.8.2).
 *
 * <p>A client that takes neither keeps the size that ServerInit told.
 *
 * <p>Used on the client's event loop.
 */
final class ClientSize {
  private int width;
  private int height;
  private boolean layoutDue;
  private int refusalsDue;

  /** What ServerInit told. */
  void begin(Desktop.Size size) {
    width = size.width();
    height = size.height();
  }

  /** In pixels. */
  int width() {
    return width;
  }

  /** In pixels. */
  int height() {
    return height;
  }

  boolean is(Desktop.Size size) {
    return size.width() == width && size.height() == height;
  }

  /** Whether a client can be told of another size. */
  static boolean follows(ClientEncodings encodings) {
    return encodings.hasAny(PseudoEncoding.EXTENDED_DESKTOP_SIZE, PseudoEncoding.DESKTOP_SIZE);
  }

  /** A client that has lost its pixels, or has just come, is told the layout once more. */
  void askForLayout() {
    layoutDue = true;
  }

  /** The client asks for another size, which is the desktop's own affair: it is to be told so. */
  void refuse() {
    if (refusalsDue < UpdateAreas.MAX_AREAS) {
      refusalsDue++;
    }
  }

  /**
   * What the client is to be told now, which is taken for told then: where it follows, its size is
   * the desktop's from here on.
   *
   * @return an update to be written whole; none if nothing is due, or the client takes neither
   *     encoding
   */
  Optional<Consumer<ByteBuf>> tell(Desktop.Size size, ClientEncodings encodings) {
    boolean changed = !is(size);
    boolean tell = changed || layoutDue;
    int refusals = refusalsDue;
    layoutDue = false;
    refusalsDue = 0;
    if (encodings.has(PseudoEncoding.EXTENDED_DESKTOP_SIZE)) {
      begin(size);
      return tell || refusals > 0
          ? Optional.of(out -> writeExtended(out, size, tell, refusals))
          : Optional.empty();
    }
    if (changed && encodings.has(PseudoEncoding.DESKTOP_SIZE)) {
      begin(size);
      return Optional.of(
          out -> {
            RfbWriter.framebufferUpdate(out, 1);
            RfbWriter.desktopSize(out, size.width(), size.height());
          });
    }
    return Optional.empty();
  }

  /** The first rectangle carries the size that holds; refusals come after it. */
  private static void writeExtended(ByteBuf out, Desktop.Size size, boolean tell, int refusals) {
    RfbWriter.framebufferUpdate(out, (tell ? 1 : 0) + refusals);
    if (tell) {
      RfbWriter.extendedDesktopSize(
          out,
          DesktopSizeReason.SERVER,
          DesktopSizeReason.STATUS_DONE,
          size.width(),
          size.height());
    }
    for (int i = 0; i < refusals; i++) {
      RfbWriter.extendedDesktopSize(
          out,
          DesktopSizeReason.THIS_CLIENT,
          DesktopSizeReason.STATUS_PROHIBITED,
          size.width(),
          size.height());
    }
  }
}
