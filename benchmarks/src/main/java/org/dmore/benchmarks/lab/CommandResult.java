package org.dmore.benchmarks.lab;

/**
 * What a command in dom0 left.
 *
 * @param status its exit status; 128 + N where signal N ended it
 * @param out what it wrote to its standard output
 * @param err what it wrote to its standard error
 */
public record CommandResult(int status, String out, String err) {
  /** Whether the status is 0. */
  public boolean succeeded() {
    return status == 0;
  }
}
