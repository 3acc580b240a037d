package org.dmore.benchmarks.page;

import java.awt.Font;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Bars in groups: a group for each category, in it a bar of one colour for each series. */
final class Bars {
  /** From this ratio of the longest to the shortest on, the axis is logarithmic. */
  private static final double WIDE = 15;

  private static final int MOST_LABELLED = 30;
  private static final int LETTER_WIDTH = 9;
  private static final int LEGEND_SPACE = 40;

  private final String title;
  private final String axis;
  private final List<String> categories;
  private final Map<String, List<Double>> series = new LinkedHashMap<>();

  /**
   * Begins a plot.
   *
   * @param axis what the bars' length is, with its unit
   */
  Bars(String title, String axis, List<String> categories) {
    this.title = title;
    this.axis = axis;
    this.categories = List.copyOf(categories);
  }

  /** Adds a bar to each group; null where there is none. Nothing if all are null. */
  void add(String name, List<Double> values) {
    if (values.size() != categories.size()) {
      throw new IllegalArgumentException(
          "values=" + values.size() + " but categories=" + categories.size());
    }
    if (values.stream().anyMatch(Bars::isShown)) {
      series.put(name, new ArrayList<>(values));
    }
  }

  /** Whether there is something to draw. */
  boolean isEmpty() {
    return series.isEmpty();
  }

  /** Draws it. */
  Plot draw(String name) {
    int bars = categories.size() * series.size();
    int width = Math.max(760, Math.min(1240, 220 + 44 * bars));
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(width)
            .height(440)
            .title(title)
            .yAxisTitle(axis + (isWide() ? ", logarithmic" : ""))
            .build();
    CategoryStyler styler = chart.getStyler();
    Look.apply(styler);
    styler.setSeriesColors(Look.colors(List.copyOf(series.keySet())));
    styler.setAvailableSpaceFill(0.86);
    styler.setLabelsVisible(bars <= MOST_LABELLED);
    styler.setLabelsPosition(1.0);
    styler.setLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendVisible(series.size() > 1);
    int letters = series.keySet().stream().mapToInt(String::length).sum();
    if (letters * LETTER_WIDTH + series.size() * LEGEND_SPACE > width) {
      styler.setLegendPosition(Styler.LegendPosition.OutsideE);
      styler.setLegendLayout(Styler.LegendLayout.Vertical);
    }
    int longest = categories.stream().mapToInt(String::length).max().orElse(0);
    if (longest * LETTER_WIDTH > (width - 90) / categories.size()) {
      styler.setXAxisLabelRotation(18);
    }
    scale(styler);
    for (Map.Entry<String, List<Double>> entry : series.entrySet()) {
      List<Double> values = entry.getValue();
      values.replaceAll(value -> isShown(value) ? rounded(value) : null);
      CategorySeries unused = chart.addSeries(entry.getKey(), categories, values);
    }
    return new Plot(name, title + " (" + axis + ")", Look.png(chart));
  }

  private void scale(CategoryStyler styler) {
    double longest = longest();
    if (isWide()) {
      styler.setYAxisLogarithmic(true);
      // The shortest bar is still long enough for its label.
      styler.setYAxisMin(Math.pow(10, Math.floor(Math.log10(shortest() * 0.5))));
      styler.setYAxisMax(longest * 1.5);
    } else {
      styler.setYAxisMin(0.0);
      styler.setYAxisMax(longest > 0 ? longest * 1.12 : 1);
    }
  }

  private boolean isWide() {
    return shortest() > 0 && longest() / shortest() >= WIDE;
  }

  private double longest() {
    return shown().mapToDouble(Double::doubleValue).max().orElse(1);
  }

  private double shortest() {
    return shown().mapToDouble(Double::doubleValue).min().orElse(0);
  }

  /** Three digits are what the label over a bar has room for, and more than the eye tells. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(3)).doubleValue();
  }

  private Stream<Double> shown() {
    return series.values().stream().flatMap(List::stream).filter(Bars::isShown);
  }

  private static boolean isShown(Double value) {
    return value != null && Double.isFinite(value);
  }
}
