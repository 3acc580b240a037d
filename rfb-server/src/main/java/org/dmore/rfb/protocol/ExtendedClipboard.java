package org.dmore.rfb.protocol;

/**
 * What a ClientCutText of negative length says (rfbproto, Extended Clipboard Pseudo-Encoding).
 *
 * <p>A side tells what it can do ({@link Caps}), that its clipboard has changed ({@link Notify}),
 * asks what the other's holds ({@link Peek}), asks for it ({@link Request}) and hands it over
 * ({@link Provide}). Of the formats only text is known here.
 */
public sealed interface ExtendedClipboard extends ClientMessage {
  /** Format: UTF-8, lines ended by CR LF, with a NUL at its end. */
  int TEXT = 1;

  /** All formats that there may ever be. */
  int FORMATS = 0xffff;

  int CAPS = 1 << 24;
  int REQUEST = 1 << 25;
  int PEEK = 1 << 26;
  int NOTIFY = 1 << 27;
  int PROVIDE = 1 << 28;

  /** All actions that there may ever be. */
  int ACTIONS = 0xff << 24;

  /**
   * What the peer can do.
   *
   * @param flags its formats and actions
   * @param maxText bytes of text that it takes without having asked, 0 to 2^32 - 1
   */
  record Caps(int flags, long maxText) implements ExtendedClipboard {
    /** What rfbproto has one assume of a peer that has not told. */
    public static final Caps ASSUMED = new Caps(TEXT | REQUEST | NOTIFY | PROVIDE, 20 << 20);

    /** Whether it understands an action. */
    public boolean has(int action) {
      return (flags & action) != 0;
    }
  }

  /** The peer wants the clipboard in these formats. */
  record Request(int formats) implements ExtendedClipboard {}

  /** The peer wants a {@link Notify}. */
  record Peek() implements ExtendedClipboard {}

  /** The peer's clipboard holds these formats; none if it is empty. */
  record Notify(int formats) implements ExtendedClipboard {}

  /**
   * The peer's clipboard.
   *
   * @param text its lines ended by LF
   */
  record Provide(String text) implements ExtendedClipboard {}
}
