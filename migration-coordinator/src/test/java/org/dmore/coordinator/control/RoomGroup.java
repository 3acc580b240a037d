package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmore.coordinator.demo.EmbeddedGuest;
import org.dmore.coordinator.demo.RecordedInput;
import org.dmore.coordinator.demo.Viewer;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.coordinator.pair.Pair;
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

/** Several guests with one DomR, and a viewer for each that types. */
public final class RoomGroup implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final String name;
  private final EmbeddedDomain domR;
  private final List<Console> consoles = new ArrayList<>();

  /** One guest's. */
  private static final class Console {
    private final String guest;
    private final AccessControl access;
    private final Consoled consoled;
    private final RecordedInput input = new RecordedInput();
    private final List<Character> typed = new ArrayList<>();
    private EmbeddedGuest kernel;
    private Viewer viewer;

    Console(String guest, EmbeddedDomain domR) throws Exception {
      this.guest = guest;
      access =
          new AccessControl(
              AccessSettings.ofPassword(RoomPair.PASSWORD).withTokens(guest, List.of()),
              MemoryStore.none(),
              Clock.systemUTC());
      ConsoledConfig config = ConsoledConfig.builder(guest, RoomPair.PASSWORD).shared().build();
      consoled = new Consoled(config, ConsoleSecurity.of(access), domR.openPorts());
      EmbeddedDomain.Attachment unused = domR.attachLoop("console of " + guest, consoled.loop());
      consoled.start();
    }
  }

  /**
   * Starts DomR and its guests.
   *
   * @param name the pair's; DomR's is {@code NAME-console}
   */
  public RoomGroup(EmbeddedHost host, HostAgent agent, String name, List<String> guests)
      throws Exception {
    this.name = name;
    domR = host.createDomain(DomainConfig.of(name + "-console", 4 << 20).asDriverDomain());
    host.unpause(domR);
    for (String guest : guests) {
      Console console = new Console(guest, domR);
      consoles.add(console);
      EmbeddedDomain domU = host.createDomain(DomainConfig.of(guest, 5 << 20));
      agent.attachDevices(new ConsoleId(domR.id(), guest), domU.id());
      agent.awaitBackends(domR.id(), domU.id(), SOON);
      console.kernel = new EmbeddedGuest(domU, console.input);
      host.unpause(domU);
      await(guest).atMost(SOON).until(console.consoled::isConnected);
      console.viewer = new Viewer(console.consoled.address(), RoomPair.PASSWORD);
    }
  }

  public Pair pair() {
    return record().pair();
  }

  public PairRecord record() {
    return new PairRecord(
        name,
        consoles.get(0).guest,
        name + "-console",
        "wherever",
        "127.0.0.1:5900",
        Map.of(),
        Map.of(),
        consoles.stream().skip(1).map(console -> console.guest).toList());
  }

  String name() {
    return name;
  }

  AccessControl access(String guest) {
    return console(guest).access;
  }

  Consoled consoled(String guest) {
    return console(guest).consoled;
  }

  private Console console(String guest) {
    return consoles.stream()
        .filter(console -> console.guest.equals(guest))
        .findFirst()
        .orElseThrow();
  }

  /** The host that all are on. */
  public String location() {
    for (Console console : consoles) {
      assertThat(console.kernel.domain().host().name()).isEqualTo(domR.host().name());
    }
    return domR.host().name();
  }

  /** Types a letter into each console. */
  public synchronized void type(char letter) {
    for (Console console : consoles) {
      console.viewer.type(letter);
      console.typed.add(letter);
    }
  }

  /** All run at a host, and every key that was typed has arrived, once, where it was typed. */
  public void assertSoundAt(String host, String what) {
    type('z');
    for (Console console : consoles) {
      await(what + " " + console.guest)
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(console.input.events()).hasSize(2 * console.typed.size());
                assertThat(location()).isEqualTo(host);
                assertThat(domR.state()).isEqualTo(DomainState.RUNNING);
                assertThat(console.kernel.domain().state()).isEqualTo(DomainState.RUNNING);
              });
      assertThat(console.consoled.<Long>query(ledger -> ledger.ledger().fingerprint().hash()))
          .as("%s %s", what, console.guest)
          .isEqualTo(console.kernel.query(() -> console.kernel.keyboard().fingerprint().hash()));
      assertThat(console.viewer.isRunning()).as("%s %s", what, console.guest).isTrue();
      assertThat(console.viewer.failure()).as("%s %s", what, console.guest).isNull();
    }
  }

  @Override
  public void close() {
    if (domR.state() != DomainState.RUNNING && domR.state() != DomainState.DESTROYED) {
      domR.host().destroy(domR); // its loops stand still and would not hear of the end
    }
    consoles.forEach(console -> console.consoled.close());
    consoles.stream()
        .filter(console -> console.viewer != null)
        .forEach(console -> console.viewer.close()); // after the other end it does not wait
  }
}
