package org.dmore.rfb;

/**
 * Where one client's input goes while it has control; made by an {@link InputSinkFactory}.
 *
 * <p>Threading: all methods are called on the event loop that serves the client, in the order in
 * which the client sent the messages. They must not block. A sink that cannot take more for now
 * takes the event all the same and calls {@link Client#pauseInput}: the server then hands over no
 * further message of that client and stops reading its socket until {@link Client#resumeInput}.
 */
public interface InputSink {

  /**
   * A key went down or up.
   *
   * @param keysym X11 keysym (RFC 6143, 7.5.4); 0 if the client sent none
   * @param scancode XT scancode set 1 as QEMU's extended key event carries it, with 0x80 set in the
   *     low byte for keys that are prefixed 0xe0; 0 if the client sent none
   */
  void key(boolean down, int keysym, int scancode);

  /**
   * The pointer moved, or its buttons changed.
   *
   * @param buttons bit 0 left, 1 middle, 2 right, 3 wheel up, 4 wheel down, 5 wheel left, 6 wheel
   *     right, 7 back, 8 forward (RFC 6143, 7.5.5)
   * @param x column on the desktop, within it
   * @param y row on the desktop, within it
   */
  void pointer(int buttons, int x, int y);

  /**
   * The pointer moved by so much, or its buttons changed. Called only once the sink has said {@link
   * Client#relativePointer}.
   *
   * @param buttons as {@link #pointer} has them
   * @param dx columns to the right
   * @param dy rows down
   */
  default void motion(int buttons, int dx, int dy) {
    throw new IllegalStateException("a sink that asks for motion must take it");
  }

  /**
   * The client's clipboard changed.
   *
   * @param text its lines ended by LF
   */
  default void clipboard(String text) {}

  /**
   * The client is gone, or has lost control ({@link ControlPolicy}): everything that it holds down
   * must be released. Called once, last. A pause that the sink asked for ends with it. A client
   * that has control again gets a new sink.
   */
  void close();
}
