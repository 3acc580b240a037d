package org.dmore.benchmarks.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over a number that grows tenfold from point to point, or nearly. */
final class Lines {
  private static final double WIDE = 50;

  private final String title;
  private final String over;
  private final String axis;
  private final Map<String, SortedMap<Double, Double>> series = new LinkedHashMap<>();

  /**
   * Begins a plot.
   *
   * @param over what the horizontal axis counts
   * @param axis what the vertical axis shows, with its unit
   */
  Lines(String title, String over, String axis) {
    this.title = title;
    this.over = over;
    this.axis = axis;
  }

  /** Adds a point to a line; what is no number, or at a number below 1, is left out. */
  void add(String name, double at, double value) {
    if (at >= 1 && Double.isFinite(value)) {
      series.computeIfAbsent(name, key -> new TreeMap<>()).put(at, value);
    }
  }

  /** Whether there is no line to draw: it takes two points of one series, and one that is not 0. */
  boolean isEmpty() {
    return series.values().stream().noneMatch(points -> points.size() > 1)
        || values().allMatch(value -> value == 0);
  }

  /** Draws it. */
  Plot draw(String name) {
    double most = values().mapToDouble(Double::doubleValue).max().orElse(1);
    double least = values().mapToDouble(Double::doubleValue).min().orElse(0);
    boolean wide = least > 0 && most / least >= WIDE;
    XYChart chart =
        new XYChartBuilder()
            .width(760)
            .height(440)
            .title(title)
            .xAxisTitle(over)
            .yAxisTitle(axis + (wide ? ", logarithmic" : ""))
            .build();
    XYStyler styler = chart.getStyler();
    Look.apply(styler);
    styler.setSeriesColors(Look.colors(List.copyOf(series.keySet())));
    styler.setXAxisLogarithmic(true);
    styler.setLegendVisible(series.size() > 1);
    styler.setMarkerSize(9);
    if (wide) {
      styler.setYAxisLogarithmic(true);
    } else {
      styler.setYAxisMin(Math.min(0, least));
      styler.setYAxisMax(most > 0 ? most * 1.12 : 1);
    }
    for (Map.Entry<String, SortedMap<Double, Double>> line : series.entrySet()) {
      XYSeries drawn =
          chart.addSeries(
              line.getKey(),
              new ArrayList<>(line.getValue().keySet()),
              new ArrayList<>(line.getValue().values()));
      drawn.setMarker(SeriesMarkers.CIRCLE);
    }
    return new Plot(name, title + " (" + axis + ")", Look.png(chart));
  }

  private Stream<Double> values() {
    return series.values().stream().flatMap(points -> points.values().stream());
  }
}
