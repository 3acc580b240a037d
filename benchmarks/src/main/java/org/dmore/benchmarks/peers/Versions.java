package org.dmore.benchmarks.peers;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dmore.benchmarks.lab.machine.Tool;
import org.dmore.coordinator.cli.Main;

/** The versions of what was compared, and dmore's own. */
public final class Versions {
  private Versions() {}

  /** Those of some subjects, by their titles. */
  public static SortedMap<String, String> of(List<Subject> subjects)
      throws IOException, InterruptedException {
    SortedMap<String, String> versions = new TreeMap<>();
    String own = Main.class.getPackage().getImplementationVersion();
    versions.put(Subject.DMORE.title(), own == null ? "not packaged" : own);
    for (Subject subject : subjects) {
      if (subject.versionedBy().isPresent()) {
        Tool.Outcome said =
            Tool.tryRun("dpkg-query", "-W", "-f", "${Version}", subject.versionedBy().get());
        versions.put(
            subject.title(), said.status() == 0 ? said.text().strip() : "not Debian's package");
      }
    }
    return versions;
  }
}
