package org.dmore.benchmarks.lab.recorder;

import java.io.IOException;
import java.util.List;

/** A guest's text console: takes lines, and keeps a log of all that the guest says. */
public interface TextConsole {
  /** Gives the guest a line, without its end. */
  void write(String line) throws IOException;

  /** A mark in the log: where it ends now. */
  long mark() throws IOException;

  /** The whole lines after a mark; one that is not complete yet is left for later. */
  List<String> linesFrom(long mark) throws IOException;
}
