package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.IoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.Identity;
import org.dmore.rfb.PowerControl.Action;
import org.dmore.rfb.RfbServer;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DomR's side of a request for power; dom0's is written by hand. */
class PowerPortTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(30);

  private MachineRoom room;
  private EmbeddedDomain domR;
  private XenStore dom0;
  private IoEventLoopGroup group;
  private PowerPort port;

  @BeforeEach
  void open() throws Exception {
    room = MachineRoom.builder().host("h1", 64 << 20).build();
    domR = room.host("h1").createDomain(DomainConfig.of("domr", 16 << 20).asDriverDomain());
    room.host("h1").unpause(domR);
    dom0 = room.host("h1").dom0().xenStore();
    String control = "/local/domain/" + domR.id() + "/" + ControlNodes.ONLY.directory();
    dom0.write(control, "");
    dom0.setPermissions(control, NodePermissions.ownedBy(domR.id()));
    group = RfbServer.newEventLoopGroup(1, "test");
  }

  @AfterEach
  void close() throws Exception {
    if (port != null) {
      group.next().submit(port::close).get();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    room.close();
  }

  private void start(Duration timeout) throws Exception {
    port =
        new PowerPort(
            domR.ports().xenStore(), ControlNodes.ONLY, group.next(), Clock.systemUTC(), timeout);
    group
        .next()
        .submit(
            () -> {
              port.start();
              return true;
            })
        .get();
  }

  private CompletableFuture<Void> ask(Action action) throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    group
        .next()
        .submit(
            () ->
                port.request(action, new Viewer())
                    .whenComplete(
                        (done, problem) -> {
                          if (problem == null) {
                            asked.complete(null);
                          } else {
                            asked.completeExceptionally(problem);
                          }
                        }))
        .get();
    return asked;
  }

  private String node(String relative) {
    return "/local/domain/" + domR.id() + "/" + relative;
  }

  private ControlMessage request() throws Exception {
    return ControlMessage.parse(dom0.read(node(ControlNodes.ONLY.powerRequest())).orElseThrow());
  }

  private Optional<String> left() throws Exception {
    return dom0.read(node(ControlNodes.ONLY.powerRequest()));
  }

  private void reply(String text) throws Exception {
    dom0.write(node(ControlNodes.ONLY.powerReply()), text);
  }

  private record Viewer() implements Client {
    @Override
    public long id() {
      return 7;
    }

    @Override
    public SocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public Identity identity() {
      return Identity.full("");
    }

    @Override
    public void pauseInput() {}

    @Override
    public void resumeInput() {}

    @Override
    public void relativePointer(boolean relative) {}

    @Override
    public void disconnect(String reason) {}
  }

  @Test
  void aRequestSaysWhatWhoAndUntilWhen() throws Exception {
    start(LONG);
    long before = System.currentTimeMillis();
    CompletableFuture<Void> asked = ask(Action.REBOOT);
    ControlMessage request = request();
    assertThat(request.verb()).isEqualTo("reboot");
    assertThat(request.sequence()).isEqualTo(1);
    assertThat(request.number("client")).isEqualTo(7);
    assertThat(request.number("until")).isBetween(before + 30_000, before + 60_000);
    assertThatThrownBy(() -> ask(Action.RESET).get(10, TimeUnit.SECONDS))
        .hasMessageContaining("another viewer's request");
    reply("1 ok");
    assertThat(asked.get(10, TimeUnit.SECONDS)).isNull();
    CompletableFuture<Void> next = ask(Action.SHUTDOWN);
    assertThat(request().sequence()).isEqualTo(2);
    reply("2 error message=the%20guest%20is%20gone");
    assertThatThrownBy(() -> next.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("the guest is gone");
  }

  @Test
  void anAnswerToAnotherRequestIsNone() throws Exception {
    start(LONG);
    CompletableFuture<Void> asked = ask(Action.RESET);
    reply("2 ok");
    reply("0 ok");
    reply("nonsense");
    reply("1 taken");
    group.next().submit(() -> {}).get();
    assertThat(asked).isNotDone();
    reply("1 ok");
    assertThat(asked.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void aRequestThatNobodyTakesIsTakenBack() throws Exception {
    start(SHORT);
    CompletableFuture<Void> asked = ask(Action.RESET);
    assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("dom0 does not answer");
    assertThat(left()).isEmpty();
    reply("1 ok");
    CompletableFuture<Void> next = ask(Action.RESET);
    assertThat(request().sequence()).isEqualTo(2);
    assertThatThrownBy(() -> next.get(10, TimeUnit.SECONDS)).hasMessageContaining("dom0");
  }

  @Test
  void aRequestThatWasTakenIsNotTakenBackAndHasItsTimeOnceMore() throws Exception {
    start(SHORT);
    CompletableFuture<Void> asked = ask(Action.RESET);
    reply("1 taken");
    assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("does not say what came of it");
    assertThat(left()).isPresent();
  }

  @Test
  void whatAFormerProcessLeftIsTakenBackAndItsNumbersAreNotUsedAgain() throws Exception {
    dom0.write(node(ControlNodes.ONLY.powerRequest()), "41 reset client=1 until=1");
    reply("40 ok");
    start(LONG);
    assertThat(left()).isEmpty();
    CompletableFuture<Void> asked = ask(Action.RESET);
    assertThat(request().sequence()).isEqualTo(42);
    reply("42 ok");
    assertThat(asked.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void withoutADirectoryToWriteToNothingIsAsked() throws Exception {
    dom0.remove("/local/domain/" + domR.id() + "/" + ControlNodes.ONLY.directory());
    start(LONG);
    CompletableFuture<Void> asked = ask(Action.RESET);
    assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS)).hasMessageContaining("EACCES");
    await().until(asked::isDone);
  }
}
