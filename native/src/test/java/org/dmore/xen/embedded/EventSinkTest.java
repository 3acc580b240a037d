package org.dmore.xen.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.junit.jupiter.api.Test;

class EventSinkTest {
  private static final long LONG = Duration.ofSeconds(20).toNanos();
  private static final long SHORT = Duration.ofSeconds(5).toNanos();

  private final PortTable table = new PortTable();
  private final EventSink sink = new EventSink(() -> table);

  private Port port() throws XenException {
    return table.allocate(null, DomainId.DOM0, sink);
  }

  private void assertParkReturnsAtOnce() {
    long start = System.nanoTime();
    sink.park(LONG);
    assertThat(System.nanoTime() - start).isLessThan(SHORT);
  }

  @Test
  void aSignalBetweenTheLastLookAndParkingIsNotLost() throws Exception {
    Port port = port();
    assertThat(sink.poll()).isNull();
    port.raise();
    assertParkReturnsAtOnce();
    assertThat(sink.poll()).isSameAs(port);
  }

  @Test
  void aWakeupBetweenTheLastLookAndParkingIsNotLost() {
    sink.wakeup();
    assertParkReturnsAtOnce();
    assertThat(sink.takeWakeup()).isTrue();
    assertThat(sink.takeWakeup()).isFalse();
  }

  @Test
  void everyPendingPortIsReportedOnce() throws Exception {
    Set<Port> raised = new HashSet<>();
    for (int i = 1; i < PortTable.PORTS; i++) {
      Port port = port();
      port.raise();
      raised.add(port);
    }
    Set<Port> seen = new HashSet<>();
    for (Port port = sink.poll(); port != null; port = sink.poll()) {
      assertThat(seen.add(port)).isTrue();
    }
    assertThat(seen).isEqualTo(raised);
  }

  @Test
  void aBusyPortDoesNotStarveAnother() throws Exception {
    Port busy = port();
    Port quiet = port();
    busy.raise();
    quiet.raise();
    assertThat(sink.poll()).isSameAs(busy);
    busy.unmask();
    busy.raise();
    assertThat(sink.poll()).isSameAs(quiet);
  }

  @Test
  void anEventFollowsItsPortToAnotherSink() throws Exception {
    EventSink cpu = new EventSink(() -> table);
    Port port = port();
    port.raise();
    port.deliverTo(cpu);
    assertThat(sink.poll()).isNull();
    assertThat(cpu.poll()).isSameAs(port);
  }

  @Test
  void aClosedPortIsNotReported() throws Exception {
    Port port = port();
    port.raise();
    table.close(port);
    assertThat(sink.poll()).isNull();
  }

  @Test
  void portsOfTheFormerHostAreStaleAndNotHandedOutSoon() throws Exception {
    Port former = port();
    PortTable next = new PortTable();
    next.succeed(table);
    assertThat(next.find(former.number)).isNull();
    for (int i = 0; i < PortTable.PORTS - 2; i++) {
      assertThat(next.allocate(null, DomainId.DOM0, sink).number).isNotEqualTo(former.number);
    }
  }
}
