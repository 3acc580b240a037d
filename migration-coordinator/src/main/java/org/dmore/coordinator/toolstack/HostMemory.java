package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host's memory, as {@code xl info} tells it. Thread-safe. */
final class HostMemory {
  private static final long MIB = 1 << 20;

  private final XlProgram xl;

  HostMemory(XlProgram xl) {
    this.xl = xl;
  }

  /** Memory that a new VM could have, in bytes. */
  long free() throws IOException {
    return number(xl.run("info"), "free_memory");
  }

  /** All memory of the host, in bytes. */
  long total() throws IOException {
    return number(xl.run("info"), "total_memory");
  }

  static long number(String info, String name) throws IOException {
    Matcher line = Pattern.compile("(?m)^" + name + "\\s*:\\s*(\\d+)\\s*$").matcher(info);
    if (!line.find()) {
      throw new IOException("'xl info' says nothing of " + name);
    }
    return Long.parseLong(line.group(1)) * MIB;
  }
}
