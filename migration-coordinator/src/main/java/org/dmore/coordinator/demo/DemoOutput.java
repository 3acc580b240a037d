package org.dmore.coordinator.demo;

import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.input.Paste;

/** How the demo tells what happens: to people, or as JSON to programs. */
interface DemoOutput {
  /** Viewers can connect. */
  void ready(DemoRoom room, String password);

  /** A move began. */
  void moving(String from, String to);

  /** A move goes on. */
  void progress(MigrationStep step, VmMigration.Progress progress, long held);

  /** A move came to its end. */
  void receipt(MigrationReceipt receipt);

  /** A move did not. */
  void failed(String message);

  /** The guest has taken more of a text that is pasted. */
  void pasting(int consumed, int total);

  /** A paste came to its end: so many characters of it arrive. */
  void pasted(Paste.End end, int typed, int total);

  /** The answer to a command at the prompt. */
  void message(String text);

  /** The demo ends. */
  void stopped(InputAudit audit, int moves, boolean exact);
}
