package org.dmore.coordinator.cli;

import java.time.Duration;
import org.dmore.coordinator.WrittenDuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a {@link WrittenDuration} that is more than none. */
public final class DurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    Duration duration =
        WrittenDuration.read(text)
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "'" + text + "' is not a duration: write " + WrittenDuration.FORM));
    if (duration.isZero()) {
      throw new TypeConversionException("'" + text + "' is no time at all: it must be positive");
    }
    return duration;
  }
}
