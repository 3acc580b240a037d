package org.dmore.benchmarks.lab.recorder;

import java.io.IOException;

/** The recorder does not answer, or not what was asked. */
public final class RecorderException extends IOException {
  RecorderException(String message) {
    super(message);
  }
}
