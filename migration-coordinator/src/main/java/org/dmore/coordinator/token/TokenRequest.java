package org.dmore.coordinator.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.ConsoleRight;

/**
 * What a token is wanted for.
 *
 * @param vm the VM whose console it opens, wherever that is; 1 to 128 printable characters
 * @param right what it lets do
 * @param lifetime from now on, whole seconds, to {@link AccessControl#MAX_LIFETIME}
 * @param uses how often it opens the console, 1 to 1000; empty for any number of times
 * @param user for whom, for audits; empty if nobody is named, at most 64 printable characters
 */
public record TokenRequest(
    String vm, ConsoleRight right, Duration lifetime, OptionalInt uses, String user) {
  private static final int MAX_USES = 1000;

  public TokenRequest {
    List<String> problems = new ArrayList<>();
    if (vm.isBlank() || vm.length() > 128 || !isPrintable(vm)) {
      problems.add("vm is not 1 to 128 printable characters");
    }
    if (user.length() > 64 || !isPrintable(user)) {
      problems.add("user is not at most 64 printable characters");
    }
    if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
        || lifetime.compareTo(AccessControl.MAX_LIFETIME) > 0) {
      problems.add(
          "lifetime="
              + lifetime.toSeconds()
              + "s is not in 1.."
              + AccessControl.MAX_LIFETIME.toSeconds()
              + "s");
    }
    if (uses.isPresent() && (uses.getAsInt() < 1 || uses.getAsInt() > MAX_USES)) {
      problems.add("uses=" + uses.getAsInt() + " is not in 1.." + MAX_USES);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("token: " + String.join("; ", problems));
    }
  }

  private static boolean isPrintable(String text) {
    return text.codePoints()
        .noneMatch(
            c ->
                switch (Character.getType(c)) {
                  case Character.CONTROL,
                      Character.FORMAT,
                      Character.SURROGATE,
                      Character.PRIVATE_USE,
                      Character.UNASSIGNED,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR ->
                      true;
                  default -> false;
                });
  }
}
