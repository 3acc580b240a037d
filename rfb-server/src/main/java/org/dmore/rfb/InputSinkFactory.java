package org.dmore.rfb;

/** Makes the sink for a client that has come to control. */
@FunctionalInterface
public interface InputSinkFactory {
  /** Called on the event loop that serves the client. */
  InputSink open(Client client);

  /** Takes input and does nothing with it: a server that only shows. */
  static InputSinkFactory viewOnly() {
    return client ->
        new InputSink() {
          @Override
          public void key(boolean down, int keysym, int scancode) {}

          @Override
          public void pointer(int buttons, int x, int y) {}

          @Override
          public void close() {}
        };
  }
}
