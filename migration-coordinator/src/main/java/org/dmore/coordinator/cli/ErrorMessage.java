package org.dmore.coordinator.cli;

import java.io.IOException;
import org.dmore.coordinator.control.ControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in a line what went wrong; a stack trace only for what should never happen. */
final class ErrorMessage implements IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorMessage.class);

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      line.getErr().println("dmore: " + failure.getMessage());
      if (failure instanceof ControlException refusal) {
        return ExitStatus.of(refusal.reason()).code();
      }
    } else {
      LOG.error("{} failed", line.getCommandName(), failure);
      line.getErr().println("dmore: internal error: " + failure);
    }
    return line.getCommandSpec().exitCodeOnExecutionException();
  }
}
