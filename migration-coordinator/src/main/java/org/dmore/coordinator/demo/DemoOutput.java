package org.dmore.coordinator.demo;

import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;

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

  /** The demo ends. */
  void stopped(InputAudit audit, int moves, boolean exact);
}
