package org.dmore.rfb.fuzz;

import java.util.Arrays;

/**
 * All targets in one: a fuzzer takes longer to start than a build has for each. Input: a byte that
 * names the target, then its input.
 */
public final class AllFuzz {
  private static final FuzzTarget[] TARGETS = FuzzTarget.values();

  private AllFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0) {
      TARGETS[(input[0] & 0xff) % TARGETS.length].run(Arrays.copyOfRange(input, 1, input.length));
    }
  }

  /** The input that gives {@code input} to {@code target}. */
  static byte[] input(FuzzTarget target, byte[] input) {
    byte[] all = new byte[1 + input.length];
    all[0] = (byte) Arrays.asList(TARGETS).indexOf(target);
    System.arraycopy(input, 0, all, 1, input.length);
    return all;
  }
}
