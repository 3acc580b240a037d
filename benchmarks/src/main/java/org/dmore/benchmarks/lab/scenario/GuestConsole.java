package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.util.List;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.LogFile;
import org.dmore.benchmarks.lab.recorder.TextConsole;

/** A guest's hvc0, wherever the guest is. For one thread at a time. */
final class GuestConsole implements TextConsole {
  private final Guest guest;
  private Dom0 host;
  private LogFile log;

  GuestConsole(Guest guest, Dom0 host) {
    this.guest = guest;
    this.host = host;
    this.log = guest.log(host);
  }

  /** The guest has come to another host; marks of before say nothing any more. */
  void movedTo(Dom0 destination) throws LabException {
    host = destination;
    log = guest.movedLog(destination);
  }

  @Override
  public void write(String line) throws IOException {
    guest.type(host, line + "\n");
  }

  @Override
  public long mark() throws IOException {
    return log.size();
  }

  @Override
  public List<String> linesFrom(long mark) throws IOException {
    return log.linesFrom(mark);
  }
}
