package org.dmore.rfb;

import java.util.concurrent.CompletionStage;

/**
 * Switches the machine whose desktop is shown, where clients ask for it (rfbproto, xvp). Only
 * clients with {@link Right#POWER} are told that they may ask.
 */
@FunctionalInterface
public interface PowerControl {
  /** What a client asks for. */
  enum Action {
    /** A clean shutdown. */
    SHUTDOWN,
    /** A clean reboot. */
    REBOOT,
    /** An abrupt reset. */
    RESET
  }

  /**
   * Begins what a client asks for. Called on the event loop that serves the client; must not block.
   * A client asks for one thing at a time: the next is refused until the stage is complete.
   *
   * @return completes when it is under way; exceptionally if it cannot be done, which the client is
   *     told
   */
  CompletionStage<Void> request(Action action, Client client);
}
