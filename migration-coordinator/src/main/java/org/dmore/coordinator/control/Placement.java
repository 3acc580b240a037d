package org.dmore.coordinator.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.store.record.HostRecord;

/** Which host a pair can go to: by what is known of the hosts, and nothing else. */
final class Placement {

  /**
   * A host as it stands.
   *
   * @param host what is known of it
   * @param absence why it cannot be asked for anything; empty if it can
   * @param freeBytes memory that is free
   * @param promisedBytes of that, memory for VMs on their way to it
   * @param vms VMs that it has
   * @param promisedVms VMs on their way to it
   */
  record Candidate(
      HostRecord host,
      String absence,
      long freeBytes,
      long promisedBytes,
      int vms,
      int promisedVms) {

    long roomBytes() {
      return freeBytes - promisedBytes;
    }

    private String name() {
      return host.name();
    }
  }

  /**
   * What a pair needs.
   *
   * @param bytes memory of all its VMs
   * @param vms how many they are
   * @param affinity labels that its host must have
   */
  record Need(long bytes, int vms, Map<String, String> affinity) {}

  /**
   * Something that was looked at.
   *
   * @param what in words
   * @param ok whether it is so
   * @param detail what was seen
   * @param otherwise what a request is refused for if it is not
   */
  record Finding(String what, boolean ok, String detail, Reason otherwise) {
    MigrationPlan.Check check() {
      return new MigrationPlan.Check(what, ok, detail);
    }
  }

  private Placement() {}

  /** Whether a host would do, one thing after the other; the first that is not so is the reason. */
  static List<Finding> examine(Candidate candidate, Need need) {
    List<Finding> findings = new ArrayList<>();
    boolean present = candidate.absence().isEmpty();
    findings.add(
        new Finding(
            "the destination is present",
            present,
            present ? "yes" : candidate.absence(),
            Reason.UNAVAILABLE));
    HostRecord host = candidate.host();
    findings.add(
        finding(
            "the destination takes VMs",
            host.state() == HostRecord.State.ACTIVE,
            host.state().name().toLowerCase(java.util.Locale.ROOT)));
    Map<String, String> missing = new TreeMap<>(need.affinity());
    missing.entrySet().removeAll(host.labels().entrySet());
    findings.add(
        finding(
            "the destination has the labels that the pair wants",
            missing.isEmpty(),
            missing.isEmpty() ? "yes" : "without " + missing));
    if (present) {
      findings.add(
          finding(
              "the destination has memory for both",
              candidate.roomBytes() >= need.bytes(),
              "free bytes=%d promised=%d needed=%d"
                  .formatted(candidate.freeBytes(), candidate.promisedBytes(), need.bytes())));
      findings.add(
          finding(
              "the destination may have as many VMs",
              candidate.vms() + candidate.promisedVms() + need.vms() <= host.maxVms(),
              "vms=%d promised=%d needed=%d at most=%d"
                  .formatted(candidate.vms(), candidate.promisedVms(), need.vms(), host.maxVms())));
    }
    return findings;
  }

  /** The host with the most room of those that would do; of equals the first by name. */
  static Optional<Candidate> choose(List<Candidate> candidates, Need need) {
    return candidates.stream()
        .filter(candidate -> refusal(candidate, need).isEmpty())
        .max(
            Comparator.comparingLong(Candidate::roomBytes)
                .thenComparing(Candidate::name, Comparator.reverseOrder()));
  }

  /** Why no host would do: {@code beta: draining; gamma: free bytes=...}. */
  static String refusals(List<Candidate> candidates, Need need) {
    if (candidates.isEmpty()) {
      return "there is no other host";
    }
    return String.join(
        "; ",
        candidates.stream()
            .sorted(Comparator.comparing(Candidate::name))
            .map(
                candidate ->
                    candidate.name()
                        + ": "
                        + refusal(candidate, need).map(Finding::detail).orElse("would do"))
            .toList());
  }

  private static Optional<Finding> refusal(Candidate candidate, Need need) {
    return examine(candidate, need).stream().filter(finding -> !finding.ok()).findFirst();
  }

  private static Finding finding(String what, boolean ok, String detail) {
    return new Finding(what, ok, detail, Reason.CONFLICT);
  }
}
