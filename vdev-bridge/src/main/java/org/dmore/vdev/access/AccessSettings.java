package org.dmore.vdev.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may open a console, as far as it is set beforehand.
 *
 * @param vm the name that tokens must name; moves with the VM
 * @param password the console's own, for everything; empty for none
 * @param tokens whether tokens are taken; their issuers' keys may come later
 * @param keys issuers' keys that are always known; each id once
 * @param skew how far the issuer's clock may be from this one, 0 to {@link #MAX_SKEW}
 */
public record AccessSettings(
    String vm, String password, boolean tokens, List<IssuerKey> keys, Duration skew) {
  /** Beyond this a clock is wrong, and wants to be set. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(10);

  /** What two clocks differ by that are kept by NTP, and what a viewer's user takes. */
  public static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);

  public AccessSettings {
    keys = List.copyOf(keys);
    List<String> problems = new ArrayList<>();
    if (vm.isBlank()) {
      problems.add("vm is blank");
    }
    if (skew.isNegative() || skew.compareTo(MAX_SKEW) > 0) {
      problems.add("token-skew=" + skew + " is not in 0.." + MAX_SKEW.toSeconds() + "s");
    }
    if (keys.stream().map(IssuerKey::id).distinct().count() != keys.size()) {
      problems.add("a key-id stands twice among the issuers' keys");
    }
    if (!keys.isEmpty() && !tokens) {
      problems.add("there are issuers' keys, and tokens are not taken");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** A password, and no tokens. */
  public static AccessSettings ofPassword(String password) {
    return new AccessSettings("console", password, false, List.of(), DEFAULT_SKEW);
  }

  /** The same, and tokens for a VM. */
  public AccessSettings withTokens(String forVm, List<IssuerKey> issuers) {
    return new AccessSettings(forVm, password, true, issuers, skew);
  }

  /** The same for another VM. */
  public AccessSettings withVm(String other) {
    return new AccessSettings(other, password, tokens, keys, skew);
  }

  /** The same with another allowance for clocks. */
  public AccessSettings withSkew(Duration other) {
    return new AccessSettings(vm, password, tokens, keys, other);
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return "AccessSettings[vm="
        + vm
        + " tokens="
        + tokens
        + " keys="
        + keys.stream().map(IssuerKey::id).toList()
        + " skew="
        + skew
        + "]";
  }
}
