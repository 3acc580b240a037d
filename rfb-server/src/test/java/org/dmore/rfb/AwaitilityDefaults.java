package org.dmore.rfb;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has tests look at once, and then often, for what they wait for: the library's own 100 ms, before
 * the first look and between two, were most of what many a test took. What is dear to look at, a
 * screen or a program's answer, has an interval of its own.
 */
public final class AwaitilityDefaults implements BeforeAllCallback {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    // Who looks at once may look before there is anything: that is not yet, and no failure.
    Awaitility.ignoreExceptionsByDefault();
    Awaitility.setDefaultPollInterval(BETWEEN_LOOKS);
  }
}
