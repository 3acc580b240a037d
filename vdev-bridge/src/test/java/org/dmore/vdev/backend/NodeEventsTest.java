package org.dmore.vdev.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made of events that come late, as they do on a busy machine. */
class NodeEventsTest {
  private static final DeviceId DEVICE = new DeviceId(DeviceType.FRAMEBUFFER, new DomainId(2), 0);
  private static final String PORT = DEVICE.frontendPath() + "/" + NodeEvents.PORT;
  private static final String OWN = DEVICE.backendPath() + DeviceNodes.CONNECTION;

  private final List<XenStore.WatchListener> listeners = new ArrayList<>();
  private int looks;
  private NodeEvents events;

  @BeforeEach
  void open() throws Exception {
    XenStore store =
        (XenStore)
            Proxy.newProxyInstance(
                XenStore.class.getClassLoader(),
                new Class<?>[] {XenStore.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("watch");
                  listeners.add((XenStore.WatchListener) arguments[1]);
                  return (XenStore.Watch) () -> {};
                });
    events = new NodeEvents(DEVICE, store, Runnable::run, () -> looks++);
    events.open();
    assertThat(listeners).hasSize(2);
  }

  private void heard(String path) {
    listeners.get(path.equals(PORT) ? 0 : 1).changed(path);
  }

  @Test
  void anOfferThatWasTakenIsNotRewrittenByItsOwnEvents() {
    events.offerTaken();
    heard(PORT);
    assertThat(events.isOfferRewritten()).isFalse();
    heard(OWN);
    assertThat(events.isOfferRewritten()).isFalse();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void anOfferThatIsWrittenOnceMoreIsRewritten() {
    events.offerTaken();
    heard(OWN);
    heard(PORT);
    assertThat(events.isOfferRewritten()).isTrue();
    assertThat(events.isOfferRewritten()).isFalse();
  }

  @Test
  void theEventOfTheConnectionBeforeSaysNothingOfThisOne() {
    events.offerTaken();
    events.offerTaken(); // a driver that began anew before the first event was heard
    heard(OWN);
    heard(PORT); // the offer that was taken second
    assertThat(events.isOfferRewritten()).isFalse();
    heard(OWN);
    assertThat(events.isOfferRewritten()).isFalse();
    heard(PORT);
    assertThat(events.isOfferRewritten()).isTrue();
  }

  @Test
  void aNodeThatWasNotWrittenIsNotWaitedFor() {
    events.offerTaken();
    events.ownNodeNotWritten();
    heard(PORT);
    assertThat(events.isOfferRewritten()).isTrue();
  }
}
