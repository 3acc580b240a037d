package org.dmore.coordinator.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;

/**
 * A dom0's part in the consoles of its host, as whoever leads a move sees it: the leader's own host
 * or another. Thread-safe. Everything fails with an {@link IOException} if xenstore refuses or the
 * host does not answer.
 */
public interface ConsoleAgent {

  /**
   * Gives a guest a keyboard and a framebuffer whose backend is a DomR, and grants the
   * framebuffer's pages whenever the guest's driver shares some.
   *
   * @param console the guest's; a DomR that is {@link DomainId#DOM0} keeps the devices' place in a
   *     guest that must go on before there is one: without any nodes its drivers would fail to
   *     resume, and no device of the same name would be taken up any more
   */
  void attachDevices(ConsoleId console, DomainId domU) throws IOException;

  /**
   * Takes over the devices that a guest has already, from an agent that is no more: grants go on as
   * they were. Does nothing to them if they are right.
   */
  void adoptDevices(DomainId domR, DomainId domU) throws IOException;

  /**
   * Stops granting for a guest that is no longer here, or is somebody else's to grant for, and
   * keeps no place any more.
   */
  void forgetDevices(DomainId domU) throws IOException;

  /**
   * Where in a guest's memory its keyboard page lies, as its driver wrote it; the page keeps that
   * place when the guest moves. Empty if the guest shares none.
   */
  OptionalLong keyboardFrame(DomainId domU) throws IOException;

  /**
   * Reads how far a guest that is paused came in its keyboard ring, out of its own page: the
   * receipt.
   *
   * @param frame as {@link #keyboardFrame} gave it where the guest came from
   * @return {@code in_cons}, u32
   */
  int readConsumer(DomainId domU, long frame) throws IOException;

  /** What a console has told unasked. Disturbs nobody. */
  ConsoleNotes notes(ConsoleId console) throws IOException;

  /**
   * Gives a console one command and waits for the answer. One at a time for each console.
   *
   * @return the answer's arguments
   * @throws IOException also if consoled refuses, with its reason, or does not answer in time
   */
  ControlMessage command(
      ConsoleId console, String verb, Map<String, String> arguments, Duration deadline)
      throws IOException, InterruptedException;
}
