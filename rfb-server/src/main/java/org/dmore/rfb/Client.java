package org.dmore.rfb;

import java.net.SocketAddress;

/** A connected client, as its {@link InputSink} sees it. Thread-safe. */
public interface Client {
  /** A number that no other connection of this server has. */
  long id();

  /** Where it connects from. */
  SocketAddress address();

  /**
   * Who it is and what it may do. The server holds back what it may not: a client without {@link
   * Right#CONTROL} gets no key, pointer or clipboard through.
   */
  Identity identity();

  /**
   * Hands over no more of this client's messages and stops reading its socket, so that TCP pushes
   * back. Takes effect at once if called on the client's event loop. Output goes on.
   */
  void pauseInput();

  /** Undoes {@link #pauseInput}; what was read already is handed over first. */
  void resumeInput();

  /**
   * Says whether the guest takes the pointer's motion instead of its place. Clients that know the
   * difference (QEMU's pointer motion change) then send motion, which comes as {@link
   * InputSink#motion}; of the others the sink still gets places, and has to reckon.
   */
  void relativePointer(boolean relative);

  /** Ends the connection; the reason goes to the log. */
  void disconnect(String reason);
}
