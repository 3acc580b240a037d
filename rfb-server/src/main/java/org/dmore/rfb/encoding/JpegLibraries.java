package org.dmore.rfb.encoding;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out once, when the first JPEG image is due, what this machine compresses them with. */
final class JpegLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(JpegLibraries.class);

  private JpegLibraries() {}

  /** The choice, made by the JVM when it first needs this class. */
  private static final class Choice {
    static final Supplier<Jpeg> MAKER = choose();

    private static Supplier<Jpeg> choose() {
      try (Jpeg turbo = new TurboJpeg()) {
        LOG.info("jpeg={}", turbo.name());
        return TurboJpeg::new;
      } catch (LinkageError | IllegalStateException e) {
        LOG.info(
            "jpeg=javax.imageio reason=\"{}\": install libturbojpeg.so.0 (Debian:"
                + " libturbojpeg0) for a tenth of the time",
            e.getMessage());
        return ImageIoJpeg::new;
      }
    }
  }

  /** A compressor for one worker. */
  static Jpeg open() {
    return Choice.MAKER.get();
  }
}
