package org.dmore.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;

/** How figures are shown, and their names. */
public final class Figures {
  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);

  private static final Map<String, String> UNITS =
      Map.of(
          "us", "µs", "ns", "ns", "ms", "ms", "s", "s", "hz", "Hz", "percent", "%", "bytes",
          "bytes", "keys", "keys");

  private static final String PER = "_per_";

  private Figures() {}

  /** A figure to read: three digits that count, whole numbers whole. */
  public static String text(double figure) {
    if (Double.isNaN(figure) || Double.isInfinite(figure)) {
      return Double.toString(figure);
    }
    if (Math.abs(figure) >= 100) {
      return Long.toString(Math.round(figure));
    }
    BigDecimal rounded = new BigDecimal(figure).round(THREE_DIGITS);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** A figure to read by its name: bytes with the unit that makes short numbers. */
  public static String text(String name, double figure) {
    if (!isBytes(name) || !Double.isFinite(figure)) {
      return text(figure);
    }
    if (Math.abs(figure) >= 1e6) {
      return text(figure / 1e6) + " MB";
    }
    return Math.abs(figure) >= 1e3 ? text(figure / 1e3) + " kB" : text(figure) + " B";
  }

  private static boolean isBytes(String name) {
    return unit(name).equals("bytes");
  }

  /**
   * A figure's unit as it is written, or nothing: {@code µs} of {@code p50_us}, {@code s per
   * mpixel} of {@code cpu_s_per_mpixel}.
   */
  public static String unit(String name) {
    int per = name.indexOf(PER);
    String upper = per < 0 ? "" : unit(name.substring(0, per));
    return upper.isEmpty()
        ? UNITS.getOrDefault(name.substring(name.lastIndexOf('_') + 1), "")
        : upper + name.substring(per).replace('_', ' ');
  }

  /** A figure's name without its unit: {@code p99.9} of {@code p999_us}. */
  public static String label(String name) {
    int per = name.indexOf(PER);
    String stem = per < 0 || unit(name.substring(0, per)).isEmpty() ? name : name.substring(0, per);
    if (!unit(stem).isEmpty() && stem.contains("_")) {
      stem = stem.substring(0, stem.lastIndexOf('_'));
    }
    return stem.equals("p999") ? "p99.9" : stem.replaceFirst("^cpu", "CPU").replace('_', ' ');
  }

  /** A figure's name with its unit, as the head of a column; bytes have theirs in the cells. */
  public static String title(String name) {
    String unit = unit(name);
    if (unit.isEmpty() || isBytes(name)) {
      return label(name);
    }
    return unit.startsWith(label(name)) ? unit : label(name) + ", " + unit;
  }
}
