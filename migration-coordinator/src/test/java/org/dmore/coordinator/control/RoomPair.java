package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmore.coordinator.demo.EmbeddedGuest;
import org.dmore.coordinator.demo.RecordedInput;
import org.dmore.coordinator.demo.Viewer;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.MemoryStore;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;

/** A guest with its DomR, and a viewer that types; what it typed is held against what arrived. */
public final class RoomPair implements AutoCloseable {
  static final String PASSWORD = "secret";
  private static final Duration SOON = Duration.ofSeconds(20);

  private final String name;
  private final RecordedInput input = new RecordedInput();
  private final EmbeddedDomain domR;
  private final EmbeddedGuest guest;
  private final AccessControl access;
  private final Consoled consoled;
  private final Viewer viewer;
  private final List<Character> typed = new ArrayList<>();

  public RoomPair(EmbeddedHost host, HostAgent agent, String name) throws Exception {
    this.name = name;
    domR = host.createDomain(DomainConfig.of(name + "-console", 4 << 20).asDriverDomain());
    host.unpause(domR);
    access =
        new AccessControl(
            AccessSettings.ofPassword(PASSWORD).withTokens(name, List.of()),
            MemoryStore.none(),
            java.time.Clock.systemUTC());
    consoled =
        new Consoled(
            ConsoledConfig.forGuest(name, PASSWORD), ConsoleSecurity.of(access), domR.ports());
    EmbeddedDomain.Attachment unused = domR.attachLoop("consoled", consoled.loop());
    consoled.start();
    EmbeddedDomain domU = host.createDomain(DomainConfig.of(name, 16 << 20));
    agent.attachDevices(ConsoleId.only(domR.id()), domU.id());
    agent.awaitBackends(domR.id(), domU.id(), SOON);
    guest = new EmbeddedGuest(domU, input);
    host.unpause(domU);
    await().until(consoled::isConnected);
    viewer = new Viewer(consoled.address(), PASSWORD);
  }

  public PairRecord record() {
    return new PairRecord(
        name,
        name,
        name + "-console",
        "wherever",
        "127.0.0.1:" + consoled.address().getPort(),
        Map.of(),
        Map.of());
  }

  String name() {
    return name;
  }

  public Consoled consoled() {
    return consoled;
  }

  AccessControl access() {
    return access;
  }

  EmbeddedGuest guest() {
    return guest;
  }

  /** The host that both VMs are on. */
  String location() {
    assertThat(domR.host().name()).isEqualTo(guest.domain().host().name());
    return domR.host().name();
  }

  public synchronized void type(char letter) {
    viewer.type(letter);
    typed.add(letter);
  }

  /** Both run at a host, and every key that was typed has arrived, once. */
  public void assertSoundAt(String host) {
    type('z');
    await(name)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> {
              assertThat(input.events()).hasSize(2 * typed.size());
              assertThat(location()).isEqualTo(host);
              assertThat(domR.state()).isEqualTo(DomainState.RUNNING);
              assertThat(guest.domain().state()).isEqualTo(DomainState.RUNNING);
            });
    assertThat(viewer.isRunning()).isTrue();
    assertThat(viewer.failure()).isNull();
  }

  @Override
  public void close() {
    if (domR.state() != DomainState.RUNNING && domR.state() != DomainState.DESTROYED) {
      domR.host().destroy(domR); // its loop stands still and would not hear of the end
    }
    consoled.close();
    viewer.close(); // after the other end it does not wait
  }
}
