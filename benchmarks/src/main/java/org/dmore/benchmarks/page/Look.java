package org.dmore.benchmarks.page;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** What all plots have in common: colours, type, and how they become images. */
final class Look {
  /** Pixels for each unit of length, so that it is sharp on a dense screen. */
  private static final int SCALE = 2;

  private static final Color INK = new Color(0x22272e);
  private static final Color LINES = new Color(0xdfe3e8);
  private static final Color OWN = new Color(0x1f6fd1);
  private static final Color FLOOR = new Color(0x9aa4b0);

  /** For the others, in the order in which they come; told apart without red and green too. */
  private static final List<Color> OTHERS =
      List.of(
          new Color(0xe08a1e),
          new Color(0x2f9e8f),
          new Color(0xb5589c),
          new Color(0x6a5acd),
          new Color(0xc9b02c),
          new Color(0x7a4f2a),
          new Color(0x56b4e9),
          new Color(0xd1495b),
          new Color(0x5b8c3a),
          new Color(0x444c56),
          new Color(0xe8a0b4),
          new Color(0x8fb8a8));

  private Look() {}

  /** The colours of subjects: dmore's own and the floor's are the same in every plot. */
  static Color[] colors(List<String> subjects) {
    Color[] colors = new Color[subjects.size()];
    int other = 0;
    boolean own = false;
    for (int i = 0; i < colors.length; i++) {
      String subject = subjects.get(i);
      if (colors.length == 1 || (subject.startsWith("dmore") && !own)) {
        colors[i] = OWN;
        own = true;
      } else if (subject.equals("C floor")) {
        colors[i] = FLOOR;
      } else {
        colors[i] = OTHERS.get(other++ % OTHERS.size());
      }
    }
    return colors;
  }

  /** Gives a chart its type, lines and legend. */
  static void apply(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(LINES);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 17));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPadding(12);
    styler.setChartPadding(14);
    styler.setDecimalPattern("#,##0.###");
  }

  /** Draws it. */
  static byte[] png(Chart<?, ?> chart) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage image =
        new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.scale(SCALE, SCALE);
      chart.paint(graphics, width, height);
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }
}
