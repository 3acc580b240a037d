package org.dmore.rfb.fuzz;

import java.util.Arrays;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VeNCrypt;
import org.dmore.rfb.security.VncAuthentication;

/**
 * The handshake. Input: a byte that says how the rest is cut into segments, then what a client
 * sends.
 */
public final class HandshakeFuzz {
  private static final VncAuthentication VNC = VncAuthentication.ofPassword("geheim78");
  private static final NoAuthentication NONE = new NoAuthentication();
  private static final SecurityType[] OFFERED = {
    VeNCrypt.builder().anonymous().vnc(VNC).none(NONE).build(), VNC, NONE
  };

  private HandshakeFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] said = Arrays.copyOfRange(input, 1, input.length);
    try (FuzzedSession session = new FuzzedSession(new MemoryDesktop(20, 10), OFFERED)) {
      session.say(said, 1 + (input[0] & 0xff));
      FuzzedSession.require(session.heard() < 1 << 20, "bytes=" + session.heard());
    }
  }
}
