package org.dmore.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    for (FrameKind kind : FrameKind.values()) {
      for (EncoderForm form : EncoderForm.values()) {
        find(kind, form).ifPresent(found -> table.add(cells(kind, form, found)));
      }
    }
    return table.markdown() + "\n" + LEGEND + "\n\n" + machine.markdown();
  }

  private Optional<Measurement> find(FrameKind kind, EncoderForm form) {
    String name = "EncoderBenchmark.frame[form=" + form + " kind=" + kind + "]";
    return measurements.stream().filter(found -> found.name().equals(name)).findFirst();
  }

  private static List<String> cells(FrameKind kind, EncoderForm form, Measurement found) {
    double micros = found.cpu().orElse(found.mean());
    double bytes;
    try (EncoderRig rig = new EncoderRig(kind, form)) {
      bytes = rig.meanBytes();
    }
    return List.of(
        kind.name().toLowerCase(Locale.ROOT),
        form.title(),
        String.format(Locale.ROOT, "%.0f", MEGAPIXELS / micros * 1e6),
        String.format(Locale.ROOT, "%.1f", micros / 1e3 / MEGAPIXELS),
        String.format(Locale.ROOT, "%.1f", bytes / 1e3 / MEGAPIXELS),
        found.allBytes().isEmpty()
            ? "-"
            : String.format(Locale.ROOT, "%.0f", found.allBytes().getAsDouble()));
  }
}
