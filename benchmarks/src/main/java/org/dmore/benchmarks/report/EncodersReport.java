package org.dmore.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameKind;
import org.dmore.benchmarks.rig.EncoderForm;
import org.dmore.benchmarks.rig.EncoderRig;

/** The result of {@code dmore bench encoders}: a table in Markdown, and the machine. */
public final class EncodersReport {
  private static final double MEGAPIXELS = Frame.WIDTH * Frame.HEIGHT / 1e6;

  private static final List<String> HEAD =
      List.of("picture", "encoding", "Mpixel/s", "ms a Mpixel", "kB a Mpixel", "B allocated");

  private static final String LEGEND =
      """
      One thread, whole pictures of 1024x768, in areas of 1024x64 as an update is cut. Times are the
      thread's processor time, the copying of the pixels counted. Bytes are the mean of four pictures
      that follow each other. B allocated: on the JVM's heap, for each picture. shared: encoded for
      any number of clients, by deflate blocks that refer to nothing
      before them.""";

  private final List<Measurement> measurements;
  private final Machine machine;

  /** Makes a report of what was measured; missing benchmarks are left out. */
  public EncodersReport(List<Measurement> measurements, Machine machine) {
    this.measurements = List.copyOf(measurements);
    this.machine = machine;
  }

  /** The whole report in Markdown, which reads well as plain text too. */
  public String markdown() {
    TextTable table = new TextTable(HEAD);
    costs().forEach(cost -> table.add(cost.cells()));
    return table.markdown() + "\n" + LEGEND + "\n\n" + machine.markdown();
  }

  /** The same as figures. */
  public ResultFile result() {
    return new ResultFile(
        "encoders", machine, new TreeMap<>(), costs().stream().map(Cost::figures).toList());
  }

  private List<Cost> costs() {
    List<Cost> costs = new ArrayList<>();
    for (FrameKind kind : FrameKind.values()) {
      for (EncoderForm form : EncoderForm.values()) {
        find(kind, form).ifPresent(found -> costs.add(Cost.of(kind, form, found)));
      }
    }
    return costs;
  }

  private Optional<Measurement> find(FrameKind kind, EncoderForm form) {
    String name = "EncoderBenchmark.frame[form=" + form + " kind=" + kind + "]";
    return measurements.stream().filter(found -> found.name().equals(name)).findFirst();
  }

  /** What a million pixels of a picture cost in an encoding. */
  private record Cost(
      String picture, String encoding, double millis, double kilobytes, String allocated) {

    static Cost of(FrameKind kind, EncoderForm form, Measurement found) {
      double micros = found.cpu().orElse(found.mean());
      try (EncoderRig rig = new EncoderRig(kind, form)) {
        return new Cost(
            kind.name().toLowerCase(Locale.ROOT),
            form.title(),
            micros / 1e3 / MEGAPIXELS,
            rig.meanBytes() / 1e3 / MEGAPIXELS,
            found.allBytes().isEmpty()
                ? "-"
                : String.format(Locale.ROOT, "%.0f", found.allBytes().getAsDouble()));
      }
    }

    double megapixelsPerSecond() {
      return 1e3 / millis;
    }

    List<String> cells() {
      return List.of(
          picture,
          encoding,
          String.format(Locale.ROOT, "%.0f", megapixelsPerSecond()),
          String.format(Locale.ROOT, "%.1f", millis),
          String.format(Locale.ROOT, "%.1f", kilobytes),
          allocated);
    }

    ResultFile.Row figures() {
      return ResultFile.Row.of(
          "dmore",
          picture + ", " + encoding,
          Map.of(
              "mpixel_s",
              megapixelsPerSecond(),
              "ms_per_mpixel",
              millis,
              "kb_per_mpixel",
              kilobytes));
    }
  }
}
