package org.dmore.vdev.service;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Where one console and hostd write to each other: nodes below DomR's own subtree in xenstore, by
 * paths relative to that. A DomR that serves one guest has them in {@code dmore}; one that serves
 * several has a directory for each.
 *
 * @param directory holds all of them; made by dom0, owned by DomR
 */
public record ControlNodes(String directory) {
  /** Those of a console that is alone in its DomR. */
  public static final ControlNodes ONLY = new ControlNodes("dmore");

  /**
   * A device's node, below the backend's own, with which dom0 names its guest, where DomR serves
   * several: a guest's number says nothing after a move, and its name it might change itself.
   */
  public static final String DEVICE_GUEST = "dmore-guest";

  private static final HexFormat HEX = HexFormat.of();

  /**
   * Those of a guest's console.
   *
   * @param guest the guest's name; empty if its console is alone in its DomR
   */
  public static ControlNodes of(String guest) {
    return guest.isEmpty() ? ONLY : new ControlNodes(ONLY.directory + "/consoles/" + word(guest));
  }

  /** Letters, digits and hyphens as they are, all else in hexadecimal: no two names become one. */
  static String word(String name) {
    StringBuilder word = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      if (plain) {
        word.append(c);
      } else {
        word.append('_').append(HEX.toHexDigits(b));
      }
    }
    return word.toString();
  }

  /** Holds hostd's last command, a {@link ControlMessage}. */
  public String command() {
    return directory + "/command";
  }

  /** Holds the answer to it. */
  public String reply() {
    return directory + "/reply";
  }

  /**
   * Stands from {@value ControlMessage#DETACH} on until the devices are taken up again, so that a
   * consoled that is started meanwhile leaves them alone: DomR must not move with anything mapped.
   */
  String detached() {
    return directory + "/detached";
  }

  /** While input is held: how many input events wait, in decimal; 0 once they flow again. */
  public String waiting() {
    return directory + "/waiting";
  }

  /** Where DomR asks for power. */
  public String powerRequest() {
    return directory + "/power-request";
  }

  /** Where dom0 answers that. */
  public String powerReply() {
    return directory + "/power-reply";
  }

  /** Tells dom0 when consoled began, and what it knows: what was only in its memory is gone. */
  public String started() {
    return directory + "/started";
  }
}
