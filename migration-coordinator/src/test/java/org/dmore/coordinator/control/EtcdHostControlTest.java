package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.dmore.coordinator.store.etcd.EtcdRig;
import org.dmore.coordinator.store.etcd.EtcdServer;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.junit.jupiter.api.Test;

/** The same over a real etcd, in one go: a move, a leader that dies, a drain. */
class EtcdHostControlTest {

  @Test
  void pairsMoveAndAreBroughtToAnEndAndHostsAreEmptied() throws Exception {
    try (EtcdServer server = EtcdServer.start();
        ControlRoom room = new ControlRoom(new EtcdRig(server), 2)) {
      RoomPair web = room.addPair("alpha", "web1");
      String first = room.on("gamma").migrate(ControlRoom.to(web, "beta")).migration().id();
      MigrationRecord moved = room.ended("gamma", first);
      assertThat(moved.state()).isEqualTo(MigrationRecord.State.DONE);
      assertThat(moved.receipt().orElseThrow().isExact()).isTrue();
      web.assertSoundAt("beta");

      room.store("beta").killAt("\"step\":\"COMMIT\",\"mark\":\"DONE\"", false);
      web.type('k');
      String second = room.on("beta").migrate(ControlRoom.to(web, "alpha")).migration().id();
      await().atMost(ControlRoom.SOON).until(() -> room.store("beta").isDead());
      room.kill("beta");
      MigrationRecord taken = room.ended("gamma", second);
      assertThat(taken.state()).isEqualTo(MigrationRecord.State.DONE);
      assertThat(taken.receipt().orElseThrow().isExact()).isTrue();
      web.assertSoundAt("alpha");
      room.start("beta");

      DrainRecord unused = room.on("beta").drain(new DrainRequest("alpha", 1));
      await()
          .atMost(ControlRoom.SOON)
          .until(() -> room.on("beta").drainOf("alpha").state() == DrainRecord.State.DONE);
      assertThat(room.on("gamma").pair("web1").pair().host()).isNotEqualTo("alpha");
      web.assertSoundAt(web.location());
      room.assertTidy();
    }
  }
}
