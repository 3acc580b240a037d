package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.codec.ServerClipboard;
import org.dmore.rfb.protocol.ExtendedClipboard;

/**
 * One client's side of the clipboard (rfbproto, Extended Clipboard Pseudo-Encoding).
 *
 * <p>To the client: its clipboard is provided at once if the client takes that much without asking,
 * else it is told of and provided on request; a client without the extension gets ServerCutText.
 * What is long waits until the socket takes output, and the last text counts: a client that asks
 * over and over gets one answer for all that it asked while it did not read.
 *
 * <p>From the client: what it tells of is requested at once.
 *
 * <p>Used on the client's event loop.
 */
final class ClipboardExchange {
  private final SharedClipboard shared;
  private final int maxText;
  private final Consumer<Consumer<ByteBuf>> output;
  private final BooleanSupplier writable;
  private final ClipboardAudit audit;

  private boolean extended;
  private ExtendedClipboard.Caps caps = ExtendedClipboard.Caps.ASSUMED;
  private boolean newsDue;
  private boolean textDue;

  /**
   * Makes an exchange with a client that has said nothing.
   *
   * @param maxText bytes of text that the client may send unasked
   * @param output takes what is to be written
   * @param writable whether the socket takes output
   */
  ClipboardExchange(
      SharedClipboard shared,
      int maxText,
      Consumer<Consumer<ByteBuf>> output,
      BooleanSupplier writable,
      ClipboardAudit audit) {
    this.shared = shared;
    this.maxText = maxText;
    this.output = output;
    this.writable = writable;
    this.audit = audit;
  }

  /** The client sent SetEncodings; the specification wants the capabilities told each time. */
  void offered(boolean extension) {
    extended = extension;
    if (extension) {
      output.accept(out -> RfbWriter.clipboardCaps(out, maxText));
    }
  }

  /** The guest's clipboard changed. */
  void changed() {
    newsDue = true;
    flush();
  }

  /**
   * Takes what the client says of clipboards.
   *
   * @param wanted whether its text would be taken
   * @return the text, if it is one
   */
  Optional<String> receive(ExtendedClipboard message, boolean wanted) {
    if (message instanceof ExtendedClipboard.Provide provide) {
      return Optional.of(provide.text());
    } else if (message instanceof ExtendedClipboard.Caps now) {
      caps = now;
    } else if (message instanceof ExtendedClipboard.Notify notify) {
      if (wanted && isText(notify.formats()) && caps.has(ExtendedClipboard.REQUEST)) {
        output.accept(RfbWriter::clipboardRequest);
      }
    } else if (message instanceof ExtendedClipboard.Peek) {
      if (caps.has(ExtendedClipboard.NOTIFY)) {
        boolean text = shared.content().filter(content -> !content.isEmpty()).isPresent();
        output.accept(out -> RfbWriter.clipboardNotify(out, text));
      }
    } else if (message instanceof ExtendedClipboard.Request request) {
      textDue |= isText(request.formats());
      flush();
    }
    return Optional.empty();
  }

  /** Sends what is due, if the socket takes output. */
  void flush() {
    if (!writable.getAsBoolean()) {
      return;
    }
    boolean news = newsDue;
    boolean text = textDue;
    newsDue = false;
    textDue = false;
    shared.content().ifPresent(content -> send(content, news, text));
  }

  private void send(ServerClipboard content, boolean news, boolean text) {
    boolean takes = caps.has(ExtendedClipboard.PROVIDE);
    boolean fits = takes && content.length() <= caps.maxText();
    if (news && !(extended && (takes || caps.has(ExtendedClipboard.NOTIFY)))) {
      output.accept(out -> RfbWriter.cutText(out, content));
      audit.toClient(content.length());
    } else if ((text && takes) || (news && fits && !content.isEmpty())) {
      output.accept(out -> RfbWriter.clipboardProvide(out, content));
      audit.toClient(content.length());
    } else if (news && caps.has(ExtendedClipboard.NOTIFY)) {
      output.accept(out -> RfbWriter.clipboardNotify(out, !content.isEmpty()));
    }
  }

  private static boolean isText(int formats) {
    return (formats & ExtendedClipboard.TEXT) != 0;
  }
}
