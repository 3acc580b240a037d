package org.dmore.rfb.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.security.NoAuthentication;

/**
 * The messages of a client that is in. Input: a byte that says how the rest is cut into segments,
 * then the messages. Cut otherwise, the same messages are the same keys.
 */
public final class MessagesFuzz {
  private static final byte[] HANDSHAKE =
      "RFB 003.008\n\001\001".getBytes(StandardCharsets.ISO_8859_1);

  private MessagesFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] said = Arrays.copyOfRange(input, 1, input.length);
    List<String> whole = run(said, said.length + 1);
    List<String> cut = run(said, 1 + (input[0] & 0xff));
    FuzzedSession.require(whole.equals(cut), "whole=" + whole + " cut=" + cut);
  }

  private static List<String> run(byte[] said, int piece) {
    MemoryDesktop desktop = new MemoryDesktop(96, 70);
    desktop.scribble(new Random(1), 0, 0, 96, 70);
    try (FuzzedSession session = new FuzzedSession(desktop, new NoAuthentication())) {
      session.say(HANDSHAKE, HANDSHAKE.length);
      session.say(said, piece);
      desktop.fill(1, 1, 20, 10, 0x123456);
      session.turn();
      desktop.copy(0, 0, 5, 5, 60, 40);
      session.turn();
      desktop.resize(80, 90);
      session.turn();
      // Each message may be answered by one frame and its cursor at most.
      long most = (said.length + 4L) * (120L * 100 * 4 + 4096);
      FuzzedSession.require(session.heard() <= most, "said=" + said.length + " heard=" + most);
      return session.events();
    }
  }
}
