package org.dmore.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One thing that a figure is held to, within one run: what is compared was measured side by side.
 *
 * @param benchmark whose result it is about
 * @param subject whose figure is held to something
 * @param situation in which; {@link #EACH} for each one that the figure was measured in
 * @param figure its name, unit included
 * @param bound what it may be at most
 */
record Goal(String benchmark, String subject, String situation, String figure, Bound bound) {
  /** Any situation. */
  static final String EACH = "each situation";

  /** The most that a figure may be. */
  interface Bound {
    /** The most, in the figure's unit; empty if the result does not tell. */
    OptionalDouble in(ResultFile result, ResultFile.Row row, String figure);

    /** As a rule says it, after "at most". */
    String text();
  }

  /** What became of a goal in one result. */
  record Outcome(Goal goal, String situation, double figure, double most) {
    /** Whether it was met; a figure that is no number meets nothing. */
    boolean met() {
      return figure <= most;
    }

    /** The rule in words, with the situation that it was held in. */
    String text() {
      return goal.text(situation);
    }

    /** Both figures. */
    String figures() {
      return String.format(Locale.ROOT, "%s, at most %s", Figures.text(figure), Figures.text(most));
    }
  }

  /** A number. */
  static Bound limit(double most, String unit) {
    return new Bound() {
      @Override
      public OptionalDouble in(ResultFile result, ResultFile.Row row, String figure) {
        return OptionalDouble.of(most);
      }

      @Override
      public String text() {
        return Figures.text(most) + " " + unit;
      }
    };
  }

  /** Another subject's figure in the same situation, so many times. */
  static Bound times(double factor, String other) {
    return new Bound() {
      @Override
      public OptionalDouble in(ResultFile result, ResultFile.Row row, String figure) {
        Optional<Double> found = result.figure(other, row.situation(), figure);
        return found.isPresent() ? OptionalDouble.of(factor * found.get()) : OptionalDouble.empty();
      }

      @Override
      public String text() {
        return (factor == 1 ? "" : Figures.text(factor) + " times ") + "that of " + other;
      }
    };
  }

  /** Another figure of the same row, so many times. */
  static Bound own(double factor, String name) {
    return new Bound() {
      @Override
      public OptionalDouble in(ResultFile result, ResultFile.Row row, String figure) {
        Double found = row.figures().get(name);
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(factor * found);
      }

      @Override
      public String text() {
        return Figures.text(factor) + " times its own " + name;
      }
    };
  }

  /**
   * The least figure of some others in the same situation; those that were not measured are not.
   */
  static Bound best(List<String> others) {
    return new Bound() {
      @Override
      public OptionalDouble in(ResultFile result, ResultFile.Row row, String figure) {
        return others.stream()
            .flatMap(other -> result.figure(other, row.situation(), figure).stream())
            .mapToDouble(Double::doubleValue)
            .min();
      }

      @Override
      public String text() {
        return "that of the best of " + String.join(", ", others);
      }
    };
  }

  /** The rule in words. */
  String text() {
    return text(situation);
  }

  private String text(String where) {
    return "%s: %s of \"%s\", \"%s\", at most %s"
        .formatted(benchmark, figure, subject, where, bound.text());
  }

  /** Holds a result to it: nothing if the result has not the figures. */
  List<Outcome> judge(ResultFile result) {
    if (!result.benchmark().equals(benchmark)) {
      return List.of();
    }
    return result.rows().stream()
        .filter(row -> row.subject().equals(subject) && row.figures().containsKey(figure))
        .filter(row -> situation.equals(EACH) || row.situation().equals(situation))
        .flatMap(row -> outcome(result, row).stream())
        .toList();
  }

  private Optional<Outcome> outcome(ResultFile result, ResultFile.Row row) {
    OptionalDouble most = bound.in(result, row, figure);
    return most.isPresent()
        ? Optional.of(
            new Outcome(this, row.situation(), row.figures().get(figure), most.getAsDouble()))
        : Optional.empty();
  }
}
