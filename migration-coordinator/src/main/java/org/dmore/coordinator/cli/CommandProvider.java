package org.dmore.coordinator.cli;

/**
 * Adds a command to {@code dmore} from a module that this one does not know; found by {@link
 * java.util.ServiceLoader}.
 */
public interface CommandProvider {
  /** The command: an object annotated with picocli's {@code @Command}. */
  Object command();
}
