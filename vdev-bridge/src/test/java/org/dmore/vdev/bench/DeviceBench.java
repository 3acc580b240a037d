package org.dmore.vdev.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.vdev.service.ControlNodes;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.vdev.wire.KbdifEvent;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.MachineRoom;
import org.dmore.xen.embedded.Migration;
import org.dmore.xen.embedded.MigrationOptions;

/**
 * One host with a DomR in which consoled runs, a guest, and what dom0 does for both: device nodes
 * with their permissions in one transaction, grants of the framebuffer on the guest's behalf.
 */
public final class DeviceBench implements AutoCloseable {
  public static final Duration SOON = Duration.ofSeconds(20);

  private static final long MIB = 1 << 20;
  private static final String HOME = "/local/domain/";
  private static final int ENTRY_SIZE = 8;
  private static final int ENTRIES_PER_FRAME = SharedPage.PAGE_SIZE / ENTRY_SIZE;

  private final LogRecorder log = new LogRecorder();
  private final MachineRoom room =
      MachineRoom.builder().host("h1", 512 * MIB).host("h2", 512 * MIB).build();
  private EmbeddedHost host = room.host("h1");
  private final Maker maker;
  private final EmbeddedDomain domR;
  private Consoled consoled;
  private BenchGuest guest;
  private long sequence = 100;
  private int seeds;

  /** Makes a consoled for a DomR. */
  @FunctionalInterface
  public interface Maker {
    Consoled make(DomainPorts ports);
  }

  /** Starts consoled and a guest whose devices are attached and whose drivers sleep. */
  public DeviceBench() throws IOException {
    this(ports -> new Consoled(ConsoledConfig.forGuest("guest", ""), ports));
  }

  /** The same with another consoled, and others each time that one is started. */
  public DeviceBench(Maker maker) throws IOException {
    this.maker = maker;
    domR = host.createDomain(DomainConfig.of("domr", 16 * MIB).asDriverDomain());
    host.unpause(domR);
    writeControl();
    consoled = maker.make(domR.ports());
    consoled.start();
    newGuest("guest");
  }

  /** Ends consoled without a word to anyone, as kill does, and starts another. */
  public void restartConsoled() throws IOException {
    killConsoled();
    startConsoled();
  }

  /** Ends consoled without a word to anyone: the guest sees its channel and grant let go. */
  public void killConsoled() {
    consoled.close();
  }

  /** Starts another consoled, a process of its own. */
  public void startConsoled() throws IOException {
    consoled = newConsoled();
    consoled.start();
  }

  /** As {@link #restartConsoled}, and does something with the console before it finds devices. */
  public void restartConsoled(java.util.function.Function<GuestConsole, String> first)
      throws IOException {
    killConsoled();
    consoled = newConsoled();
    String unused = consoled.query(first);
    consoled.start();
  }

  private Consoled newConsoled() throws XenException {
    return maker.make(domR.openPorts());
  }

  public LogRecorder log() {
    return log;
  }

  public EmbeddedHost host() {
    return host;
  }

  public EmbeddedDomain domR() {
    return domR;
  }

  public Consoled consoled() {
    return consoled;
  }

  public BenchGuest guest() {
    return guest;
  }

  private void writeControl() throws XenException {
    String control = HOME + domR.id() + "/" + ControlNodes.ONLY.directory();
    store()
        .inTransaction(
            view -> {
              view.write(control, "");
              view.setPermissions(control, NodePermissions.ownedBy(domR.id()));
              return null;
            });
  }

  /**
   * Moves DomR to another host, which is the host from now on, as somebody does by hand who knows
   * nothing of consoled.
   *
   * @param dummies domains that are created there first, so that DomR gets another number
   * @param beforeItRuns done there before DomR runs, for its devices
   */
  public void moveUnannounced(int dummies, java.util.concurrent.Callable<?> beforeItRuns)
      throws Exception {
    EmbeddedHost destination = room.host("h2");
    for (int i = 0; i < dummies; i++) {
      destination.createDomain(DomainConfig.of("dummy" + i, MIB));
    }
    try (EmbeddedDomain.Attachment attached = domR.attachLoop(consoled.loop())) {
      assertThat(attached).isNotNull();
      Migration migration = host.migrate(domR, destination, MigrationOptions.DEFAULT);
      migration.awaitLanded(SOON);
      migration.complete();
      host = destination;
      writeControl();
      Object unused = beforeItRuns.call();
      host.unpause(domR);
    }
  }

  /** Dom0's xenstore. */
  public XenStore store() {
    return host.dom0().xenStore();
  }

  /** Creates another guest, which is the guest from now on, and attaches its devices. */
  public void newGuest(String name) throws XenException {
    createGuest(name);
    attachDevices();
  }

  /** As {@link #newGuest}, without waiting for backends: another guest's are there. */
  public void newGuestBeside(String name) throws Exception {
    createGuest(name);
    writeDevices();
    settle();
  }

  /** As {@link #newGuest}, before anyone is there who could answer. */
  public void newGuestUnanswered(String name) throws XenException {
    createGuest(name);
    writeDevices();
  }

  private void createGuest(String name) throws XenException {
    EmbeddedDomain domain = host.createDomain(DomainConfig.of(name, 96 * MIB));
    host.unpause(domain);
    guest = new BenchGuest(domain);
  }

  /** Writes the guest's device nodes, anew if they were there, and waits for the backends. */
  public void attachDevices() throws XenException {
    writeDevices();
    for (DeviceType type : DeviceType.values()) {
      await(type + " offered").atMost(SOON).until(() -> backendState(type).equals("2"));
    }
  }

  private void writeDevices() throws XenException {
    store()
        .inTransaction(
            view -> {
              for (DeviceType type : DeviceType.values()) {
                writeDevice(view, id(type));
              }
              return null;
            });
  }

  /** Takes the devices of a guest away. */
  public void detachDevices(DomainId domU) throws XenException {
    for (DeviceType type : DeviceType.values()) {
      store().remove(HOME + domR.id() + "/backend/" + type.node() + "/" + domU);
      store().remove(new DeviceId(type, domU, 0).frontendPath());
    }
  }

  /**
   * Another kernel in the guest's domain, whose drivers begin anew; the one before is forgotten.
   */
  public BenchGuest sameDomainAnew() throws Exception {
    guest.vanish();
    guest = new BenchGuest(guest.domain());
    return guest;
  }

  /** Asks for a device back as libxl does, without waiting. */
  public void withdraw(DeviceType type) throws XenException {
    store()
        .inTransaction(
            view -> {
              view.write(backendNode(type, "online"), "0");
              view.write(backendNode(type, "state"), XenbusState.CLOSING.wireText());
              return null;
            });
  }

  /** Follows what a device's backend says from now on. */
  public StateLog logStates(DeviceType type) throws XenException {
    return new StateLog(store(), backendNode(type, "state"));
  }

  /** Follows what a device's frontend says from now on. */
  public StateLog logFrontend(DeviceType type) throws XenException {
    return new StateLog(store(), id(type).frontendPath() + "/state");
  }

  /** Has what viewers are told of damage added to a list, {@code X Y WIDTH HEIGHT}. */
  public void listenToDamage(java.util.List<String> damage) {
    consoled
        .query(GuestConsole::desktop)
        .addListener(
            new org.dmore.rfb.Desktop.Listener() {
              @Override
              public void damaged(int x, int y, int width, int height) {
                damage.add(x + " " + y + " " + width + " " + height);
              }

              @Override
              public void resized() {
                damage.add("resized");
              }
            });
  }

  /** A device of the guest's. */
  public DeviceId id(DeviceType type) {
    return new DeviceId(type, guest.id(), 0);
  }

  /** A node of a device's backend, absolute. */
  public String backendNode(DeviceType type, String name) {
    return HOME + domR.id() + "/" + id(type).backendPath() + "/" + name;
  }

  /** The text of a backend's state; empty if there is none. */
  public String backendState(DeviceType type) throws XenException {
    return store().read(backendNode(type, "state")).orElse("");
  }

  /** Which connection of its process the backend says it is in; empty before the first. */
  public String connection(DeviceType type) throws XenException {
    return store().read(backendNode(type, "connection")).orElse("");
  }

  /**
   * Waits until the backend is in another connection than before: a driver that is bound anew may
   * take the CONNECTED of the time before for its answer.
   *
   * @param before as {@link #connection} said before the driver was bound anew
   */
  public void awaitConnectionAfter(DeviceType type, String before) {
    await(type + " is connected anew")
        .atMost(SOON)
        .until(() -> backendState(type).equals("4") && !connection(type).equals(before));
  }

  /** Grants the framebuffer whose page the guest's nodes name, as hostd does. */
  public void seedFramebuffer() throws XenException {
    String pageRef =
        store().read(id(DeviceType.FRAMEBUFFER).frontendPath() + "/page-ref").orElseThrow();
    long frame = Long.parseLong(pageRef);
    long[] pixels;
    try (SharedPage page =
        host.dom0().foreignMemory().map(guest.id(), new long[] {frame}, Access.READ_ONLY)) {
      int count =
          (page.getInt(FbifPage.MEM_LENGTH) + SharedPage.PAGE_SIZE - 1) / SharedPage.PAGE_SIZE;
      long[] directory = {page.getLong(FbifPage.PAGE_DIRECTORY_64)};
      try (SharedPage entries =
          host.dom0().foreignMemory().map(guest.id(), directory, Access.READ_ONLY)) {
        pixels = LongStream.range(0, count).map(i -> entries.getLong((int) i * 8)).toArray();
      }
    }
    writeGrantNodes(writeGrants(frame, pixels), pixels.length + 1, pageRef);
  }

  /** Grants the framebuffer, and again whenever DomR gave the grants back, until it is shown. */
  public void seedUntilShown() {
    seedUntilShownAfter("");
  }

  /**
   * Grants the framebuffer, and again whenever DomR gave the grants back, until it is shown in
   * another connection than before.
   */
  public void seedUntilShownAfter(String before) {
    String granted = backendNode(DeviceType.FRAMEBUFFER, FramebufferBackend.GRANT_PAGE_REF);
    await("desktop is live")
        .atMost(SOON)
        .until(
            () -> {
              if (store().read(granted).isEmpty()) {
                seedFramebuffer();
              }
              return !connection(DeviceType.FRAMEBUFFER).equals(before)
                  && consoled.query(GuestConsole::isDesktopLive);
            });
  }

  /** Writes grant entries for a framebuffer's page and pixels; answers the first reference. */
  public int writeGrants(long frame, long[] pixels) throws XenException {
    int first = 63 - seeds++ % 2;
    try (SharedPage table = host.dom0().foreignMemory().mapGrantTable(guest.id(), first, 1)) {
      for (int i = 0; i <= pixels.length; i++) {
        table.putIntRelease(i * ENTRY_SIZE, 0);
        table.putInt(i * ENTRY_SIZE + 4, (int) (i == 0 ? frame : pixels[i - 1]));
        table.putIntRelease(i * ENTRY_SIZE, 1 | (i == 0 ? 0 : 4) | domR.id().value() << 16);
      }
    }
    return first * ENTRIES_PER_FRAME;
  }

  /** Tells DomR of grants. */
  public void writeGrantNodes(int base, int count, String pageRef) throws XenException {
    store()
        .inTransaction(
            view -> {
              DeviceType type = DeviceType.FRAMEBUFFER;
              view.write(backendNode(type, FramebufferBackend.GRANT_BASE), Integer.toString(base));
              view.write(
                  backendNode(type, FramebufferBackend.GRANT_COUNT), Integer.toString(count));
              view.write(backendNode(type, FramebufferBackend.GRANT_PAGE_REF), pageRef);
              return null;
            });
  }

  /** Makes an entry of the guest's grant table invalid behind its back. */
  public void revoke(int ref) throws XenException {
    try (SharedPage table =
        host.dom0().foreignMemory().mapGrantTable(guest.id(), ref / ENTRIES_PER_FRAME, 1)) {
      table.putIntRelease(ref % ENTRIES_PER_FRAME * ENTRY_SIZE, 0);
    }
  }

  /** Both drivers, from nothing to connected. */
  public void connectAll() throws Exception {
    guest.probeFramebuffer();
    seedFramebuffer();
    awaitDesktop();
    guest.probeKeyboard();
    awaitKeyboard();
  }

  public void awaitKeyboard() {
    await("keyboard is live").atMost(SOON).until(() -> ledgerState() == Ledger.State.LIVE);
  }

  public void awaitNoKeyboard() {
    await("keyboard is away").atMost(SOON).until(() -> ledgerState() == Ledger.State.DETACHED);
  }

  public void awaitDesktop() {
    await("desktop is live").atMost(SOON).until(() -> consoled.query(GuestConsole::isDesktopLive));
  }

  public void awaitNoDesktop() {
    await("desktop is away").atMost(SOON).until(() -> !consoled.query(GuestConsole::isDesktopLive));
  }

  public Ledger.State ledgerState() {
    return consoled.query(console -> console.ledger().state());
  }

  /** The colour of a pixel, 0xRRGGBB, as viewers see it. */
  public int pixel(int x, int y) {
    int[] pixel = new int[1];
    Object unused =
        consoled.query(
            console -> {
              console.desktop().copyPixels(x, y, 1, 1, pixel, 0, 1);
              return "";
            });
    return pixel[0];
  }

  /** Events that the guest is known to have consumed. */
  public long consumed() {
    return consoled.query(console -> console.ledger().consumed());
  }

  /** Has events accepted as if viewers had pressed these keys. */
  public void press(int... codes) {
    accept(true, codes);
  }

  /** Has events accepted as if viewers had let go of these keys. */
  public void release(int... codes) {
    accept(false, codes);
  }

  private void accept(boolean pressed, int... codes) {
    Object unused =
        consoled.query(
            console -> {
              for (int code : codes) {
                console.ledger().accept(KbdifEvent.key(pressed), code, 0, 0);
              }
              return "";
            });
  }

  /** The loop takes a task within a time in which a person would not notice. */
  public void assertLoopIsPrompt() throws Exception {
    CompletableFuture<String> turn = new CompletableFuture<>();
    long before = System.nanoTime();
    consoled.loop().execute(() -> turn.complete("taken"));
    assertThat(turn.get(20, TimeUnit.SECONDS)).isEqualTo("taken");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
  }

  /** Waits until consoled has looked at all that stood in xenstore before. */
  public void settle() throws Exception {
    // Its own answer to a command comes after the watch events of what was written before.
    Object unused = command(ControlMessage.STATUS, Map.of());
    assertLoopIsPrompt();
  }

  /** Gives consoled a command as hostd does. */
  public ControlMessage command(String verb, Map<String, String> arguments) throws Exception {
    sequence++;
    return raw(sequence, new ControlMessage(sequence, verb, arguments).format());
  }

  /** Writes any text as a command and waits for an answer of that number. */
  public ControlMessage raw(long number, String text) throws Exception {
    store().write(HOME + domR.id() + "/" + ControlNodes.ONLY.command(), text);
    return awaitReply(number);
  }

  /** Waits for the answer of a number. */
  public ControlMessage awaitReply(long number) throws Exception {
    Callable<ControlMessage> reply =
        () ->
            store()
                .read(HOME + domR.id() + "/" + ControlNodes.ONLY.reply())
                .map(ControlMessage::parse)
                .orElse(ControlMessage.of(-1, "none"));
    return await("answer " + number)
        .atMost(SOON)
        .until(reply, message -> message.sequence() == number);
  }

  @Override
  public void close() {
    consoled.close();
    room.close();
    log.close();
  }

  private void writeDevice(XenStoreView view, DeviceId id) throws XenException {
    DomainId domU = id.frontend();
    String root = HOME + domR.id() + "/backend";
    String backend = HOME + domR.id() + "/" + id.backendPath();
    String frontend = id.frontendPath();
    NodePermissions ofDomR = NodePermissions.ownedBy(domR.id());
    NodePermissions backends = ofDomR.readableBy(domU);
    NodePermissions frontends = NodePermissions.ownedBy(domU).readableBy(domR.id());
    view.remove(backend);
    view.remove(frontend);
    write(view, root, "", ofDomR);
    write(view, root + "/" + id.type().node(), "", ofDomR);
    write(view, root + "/" + id.type().node() + "/" + domU, "", backends);
    write(view, backend, "", backends);
    write(view, backend + "/frontend", frontend, backends);
    write(view, backend + "/frontend-id", domU.toString(), backends);
    write(view, backend + "/online", "1", backends);
    write(view, backend + "/state", XenbusState.INITIALISING.wireText(), backends);
    write(view, frontend, "", frontends);
    write(view, frontend + "/backend", backend, frontends);
    write(view, frontend + "/backend-id", domR.id().toString(), frontends);
    write(view, frontend + "/state", XenbusState.INITIALISING.wireText(), frontends);
  }

  private static void write(XenStoreView view, String path, String value, NodePermissions who)
      throws XenException {
    view.write(path, value);
    view.setPermissions(path, who);
  }
}
