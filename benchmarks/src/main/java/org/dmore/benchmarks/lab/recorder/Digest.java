package org.dmore.benchmarks.lab.recorder;

import java.util.List;

/** FNV-1a, 64 bits, over 32-bit little-endian words, as the recorder computes it. */
final class Digest {
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long value = BASIS;

  private Digest() {}

  static String ofKeys(List<KeyEvent> keys) {
    Digest digest = new Digest();
    for (KeyEvent key : keys) {
      digest.mix(key.code());
      digest.mix(key.pressed() ? 1 : 0);
    }
    return digest.hex();
  }

  static String ofPointer(List<PointerEvent> events) {
    Digest digest = new Digest();
    for (PointerEvent event : events) {
      digest.mix(event.kind().number());
      digest.mix(event.a());
      digest.mix(event.b());
    }
    return digest.hex();
  }

  private void mix(int word) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      value = (value ^ (word >>> shift & 0xff)) * PRIME;
    }
  }

  private String hex() {
    return String.format("%016x", value);
  }
}
