package org.dmore.coordinator.demo;

import picocli.CommandLine.Command;

/** {@code dmore demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true)
public final class DemoCommand implements java.util.concurrent.Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
