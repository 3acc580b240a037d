package org.dmore.benchmarks.report;

import static org.dmore.benchmarks.report.Goal.EACH;
import static org.dmore.benchmarks.report.Goal.best;
import static org.dmore.benchmarks.report.Goal.limit;
import static org.dmore.benchmarks.report.Goal.own;
import static org.dmore.benchmarks.report.Goal.times;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What dmore's figures are held to, in one table, and what became of it in some results. Mostly
 * ratios of what one run measured side by side, so that a slow machine is no regression.
 */
public final class Goals {
  private static final List<String> PEERS =
      List.of(
          "Xvnc",
          "libvncserver",
          "libvncserver, no deferral",
          "libvncserver, application woken",
          "QEMU");

  /** Those whose application is elsewhere, as a guest is, and has to be woken. */
  private static final List<String> PEERS_THAT_WAKE =
      List.of("Xvnc", "libvncserver, application woken", "QEMU");

  /** No allocation; the tenth is for what the JVM itself allocates now and then. */
  private static final Goal.Bound NONE = limit(0.1, "bytes a key");

  static final List<Goal> ALL =
      List.of(
          new Goal("peers", "dmore", "key, at rest", "p50_us", best(PEERS)),
          new Goal("peers", "dmore", "key, at rest", "p99_us", best(PEERS)),
          new Goal("peers", "dmore", "key, back to back", "p50_us", best(PEERS)),
          new Goal("peers", "dmore", "key, back to back", "p99_us", best(PEERS)),
          new Goal("peers", "dmore", "key, at rest", "p50_us", best(PEERS_THAT_WAKE)),
          new Goal("peers", "dmore", "key, at rest", "p99_us", best(PEERS_THAT_WAKE)),
          new Goal("peers", "dmore", "key, back to back", "p50_us", best(PEERS_THAT_WAKE)),
          new Goal("peers", "dmore", "key, back to back", "p99_us", best(PEERS_THAT_WAKE)),
          new Goal("peers", "dmore", "key to pixel", "p50_us", best(PEERS_THAT_WAKE)),
          new Goal("peers", "dmore", "key to pixel", "p99_us", best(PEERS_THAT_WAKE)),
          new Goal("peers", "dmore", "key to pixel", "p50_us", limit(300, "µs")),
          new Goal("peers", "dmore", "key to pixel", "p99_us", limit(1000, "µs")),
          new Goal("keystroke", "dmore", "key, spinning", "p50_us", times(1.3, "C floor")),
          new Goal("keystroke", "dmore", "key, parking", "p50_us", times(1.3, "C floor")),
          new Goal("keystroke", "dmore", "key, paced", "p50_us", times(1.3, "C floor")),
          new Goal("keystroke", "dmore", EACH, "p99_us", own(3, "p50_us")),
          new Goal("keystroke", "bridge", EACH, "key_thread_bytes", NONE),
          new Goal(
              "lab-keystroke",
              "dmore in DomR",
              "key to answer",
              "p50_us",
              times(1, "QEMU in dom0")),
          new Goal("video", "dmore", EACH, "bytes_per_frame", times(1, "Xvnc")),
          new Goal("video", "dmore", EACH, "bytes_per_frame", times(1, "libvncserver")),
          new Goal("video", "dmore", EACH, "cpu_s_per_mpixel", times(1, "Xvnc")),
          new Goal("video", "dmore", EACH, "cpu_s_per_mpixel", times(1, "libvncserver")),
          new Goal("continuity", "the pair", EACH, "lost_keys", limit(0, "keys")),
          new Goal("continuity", "the pair", EACH, "doubled_keys", limit(0, "keys")),
          new Goal("continuity", "the pair", EACH, "moved_keys", limit(0, "keys")),
          new Goal("continuity", "the pair", EACH, "cut_connections", limit(0, "connections")),
          new Goal("lab-continuity", "the pair", EACH, "lost_keys", limit(0, "keys")),
          new Goal("lab-continuity", "the pair", EACH, "doubled_keys", limit(0, "keys")),
          new Goal("lab-continuity", "the pair", EACH, "moved_keys", limit(0, "keys")),
          new Goal("lab-continuity", "the pair", EACH, "cut_connections", limit(0, "connections")));

  private final List<Goal.Outcome> outcomes = new ArrayList<>();
  private final List<Goal> open = new ArrayList<>();

  /** Holds all goals to some results. */
  public Goals(List<ResultFile> results) {
    for (Goal goal : ALL) {
      int before = outcomes.size();
      results.forEach(result -> outcomes.addAll(goal.judge(result)));
      if (outcomes.size() == before) {
        open.add(goal);
      }
    }
  }

  /** Whether any goal had its figures. */
  public boolean applied() {
    return !outcomes.isEmpty();
  }

  /** The goals that were missed, in words, each with its figures. */
  public List<String> missed() {
    return outcomes.stream()
        .filter(outcome -> !outcome.met())
        .map(outcome -> outcome.text() + ": is " + outcome.figures())
        .toList();
  }

  /** A line for each goal in each situation that it had figures for, {@code met} or not. */
  List<String> lines() {
    return outcomes.stream()
        .map(
            outcome ->
                "%s: %s: is %s"
                    .formatted(
                        outcome.met() ? "met" : "not met", outcome.text(), outcome.figures()))
        .toList();
  }

  /** For each goal that had figures, in how many situations it was met, and what was missed. */
  List<String> summary() {
    List<String> lines = new ArrayList<>();
    outcomes.stream()
        .collect(Collectors.groupingBy(Goal.Outcome::goal, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (goal, all) -> {
              long met = all.stream().filter(Goal.Outcome::met).count();
              lines.add("met in %d of %d: %s".formatted(met, all.size(), goal.text()));
              all.stream()
                  .filter(outcome -> !outcome.met())
                  .map(
                      outcome -> "missed: %s: %s".formatted(outcome.situation(), outcome.figures()))
                  .forEach(lines::add);
            });
    return lines;
  }

  /** Each goal that had figures: its words, the situation, the figures, {@code met} or not. */
  public List<List<String>> cells() {
    return outcomes.stream()
        .map(
            outcome ->
                List.of(
                    outcome.goal().text(),
                    outcome.situation(),
                    Figures.text(outcome.figure()),
                    Figures.text(outcome.most()),
                    outcome.met() ? "met" : "MISSED"))
        .toList();
  }

  /** The head of {@link #cells}. */
  public static List<String> head() {
    return List.of("goal", "situation", "figure", "at most", "");
  }

  /** The goals that no result had figures for, in words. */
  public List<String> withoutFigures() {
    return open.stream().map(Goal::text).toList();
  }

  /** Everything, in Markdown. */
  public String markdown() {
    TextTable table = new TextTable(head());
    cells().forEach(table::add);
    String without =
        withoutFigures().stream().map(text -> "- " + text + "\n").collect(Collectors.joining());
    return (applied() ? table.markdown() : "")
        + (without.isEmpty() ? "" : "\nNo figures for:\n" + without);
  }
}
