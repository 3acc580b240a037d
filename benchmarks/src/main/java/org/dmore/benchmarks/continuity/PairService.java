package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.demo.EmbeddedGuest;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.Consoled;

/** dmore: the guest and its DomR move together. */
final class PairService implements ConsoleService {
  private final DemoRoom room;

  PairService(DemoSettings settings, KeyboardFrontend.Listener input)
      throws IOException, InterruptedException {
    room = DemoRoom.open(settings, new MemoryJournal(), input);
  }

  @Override
  public InetSocketAddress address() {
    return room.address();
  }

  @Override
  public EmbeddedGuest guest() {
    return room.guest();
  }

  @Override
  public Consoled consoled() {
    return room.consoled();
  }

  @Override
  public MoveTimes move() throws IOException, InterruptedException {
    MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
    Duration domR = receipt.domRDowntime();
    boolean exact = receipt.isExact() && receipt.complete() && !receipt.renewed();
    return new MoveTimes(
        receipt.domUDowntime(),
        Optional.of(new MoveTimes.PairTimes(domR, receipt.hold(), receipt.held(), exact)));
  }

  @Override
  public void close() {
    room.close();
  }
}
