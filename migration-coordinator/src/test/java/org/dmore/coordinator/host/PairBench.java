package org.dmore.coordinator.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.vdev.wire.KbdifEvent;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.MachineRoom;

/** Two embedded hosts, on which tests start guests, DomRs with consoled, and attachments. */
public final class PairBench implements AutoCloseable {
  public static final Duration SOON = Duration.ofSeconds(20);
  public static final String DOM_U = "web1";
  public static final String DOM_R = "web1-console";
  private static final long MIB = 1 << 20;

  private final MachineRoom room =
      MachineRoom.builder().host("alpha", 256 * MIB).host("beta", 256 * MIB).build();
  private final List<Consoled> daemons = new ArrayList<>();
  private final List<PairAttachment> attachments = new ArrayList<>();
  private final List<AttachmentEvent> events = new CopyOnWriteArrayList<>();

  public EmbeddedHost alpha() {
    return room.host("alpha");
  }

  public EmbeddedHost beta() {
    return room.host("beta");
  }

  public XenStore store() {
    return alpha().dom0().xenStore();
  }

  /** Starts a DomR on the first host, with consoled in it. */
  public Consoled startDomR(String name) throws IOException {
    EmbeddedDomain domR = createDomR(name);
    return startConsoled(domR);
  }

  /** Starts a DomR in which nothing serves. */
  public EmbeddedDomain createDomR(String name) throws XenException {
    EmbeddedDomain domR = alpha().createDomain(DomainConfig.of(name, 16 * MIB).asDriverDomain());
    alpha().unpause(domR);
    return domR;
  }

  /** Starts consoled in a DomR. */
  public Consoled startConsoled(EmbeddedDomain domR) throws IOException {
    Consoled consoled = new Consoled(ConsoledConfig.forGuest("guest", ""), domR.openPorts());
    EmbeddedDomain.Attachment unused = domR.attachLoop("consoled", consoled.loop());
    consoled.start();
    daemons.add(consoled);
    return consoled;
  }

  /** Creates a guest on the first host, paused, as {@code xl create -p} does. */
  public HotplugGuest createGuest(String name) throws XenException {
    return new HotplugGuest(alpha().createDomain(DomainConfig.of(name, 32 * MIB)));
  }

  /** Creates a guest and lets it run. */
  public HotplugGuest startGuest(String name) throws XenException {
    HotplugGuest guest = createGuest(name);
    alpha().unpause(guest.domain());
    return guest;
  }

  /** The pair's attachment on the first host. */
  public PairAttachment attach() throws XenException {
    return attach(alpha().openDom0Ports(), DOM_R, DOM_U);
  }

  public PairAttachment attach(ControlPorts ports, String domR, String domU) throws XenException {
    PairAttachment attachment =
        new PairAttachment(ports, domR, domU, false, Duration.ofSeconds(2), events::add);
    attachments.add(attachment);
    attachment.start();
    return attachment;
  }

  /** What attachments told, in order. */
  public List<AttachmentEvent> events() {
    return events;
  }

  public long count(AttachmentEvent.Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).count();
  }

  public void awaitEvent(AttachmentEvent.Kind kind) {
    awaitEvents(kind, 1);
  }

  public void awaitEvents(AttachmentEvent.Kind kind, long count) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(count(kind)).as("%s in %s", kind, events).isGreaterThanOrEqualTo(count));
  }

  /** Waits until a console has both devices, of which the attachment may not have told yet. */
  public void awaitConnected(Consoled consoled) {
    await("both devices in " + events).atMost(SOON).until(consoled::isConnected);
  }

  /** Presses keys at a console and waits until the guest has them. */
  public void type(Consoled consoled, HotplugGuest guest, int... codes) {
    int before = guest.pressed().size();
    press(consoled, codes);
    await("keys").atMost(SOON).until(() -> guest.pressed().size() == before + codes.length);
  }

  /** Presses keys at a console. */
  public void press(Consoled consoled, int... codes) {
    Object unused =
        consoled.query(
            console -> {
              for (int code : codes) {
                console.ledger().accept(KbdifEvent.key(true), code, 0, 0);
                console.ledger().accept(KbdifEvent.key(false), code, 0, 0);
              }
              return "";
            });
  }

  /** Whether a guest's devices stand where it is. */
  public boolean hasDevices(EmbeddedHost host, EmbeddedDomain guest) throws XenException {
    String device = "/local/domain/" + guest.id() + "/device/vkbd/0/backend";
    return host.dom0().xenStore().read(device).isPresent();
  }

  /** Draws a pixel in the guest and waits until the console shows it. */
  public void draw(Consoled consoled, HotplugGuest guest, int number, int colour) throws Exception {
    Object unused =
        guest.run(
            () -> {
              guest.framebuffer(number).putRow(3, 5, new int[] {colour}, 0, 1);
              guest.framebuffer(number).update(3, 5, 1, 1);
              return "";
            });
    await("pixel").atMost(SOON).until(() -> pixel(consoled) == colour);
  }

  private static int pixel(Consoled consoled) {
    int[] pixel = new int[1];
    Object unused =
        consoled.query(
            console -> {
              console.desktop().copyPixels(3, 5, 1, 1, pixel, 0, 1);
              return "";
            });
    return pixel[0];
  }

  public boolean isKeyboardLive(Consoled consoled) {
    return consoled.query((GuestConsole console) -> console.ledger().state()) == Ledger.State.LIVE;
  }

  /** The guests for which a DomR's backend directories stand, by both types. */
  public List<String> backends(EmbeddedDomain domR) throws XenException {
    List<String> found = new ArrayList<>();
    for (DeviceType type : DeviceType.values()) {
      String root = "/local/domain/" + domR.id() + "/backend/" + type.node();
      for (String guest : store().list(root).orElse(List.of())) {
        found.add(type.node() + "/" + guest);
      }
    }
    return found;
  }

  @Override
  public void close() {
    attachments.forEach(PairAttachment::close);
    daemons.forEach(Consoled::close);
    room.close();
  }
}
