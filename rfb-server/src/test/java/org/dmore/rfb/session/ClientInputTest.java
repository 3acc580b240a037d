package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.Identity;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.protocol.PointerMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientInputTest {
  private final Audience audience =
      new Audience(new MemoryDesktop(10, 10), ControlPolicy.whenFree());
  private final List<EventExecutor> loops = new ArrayList<>();

  @AfterEach
  void stop() {
    for (EventExecutor loop : loops) {
      assertThat(loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5_000))
          .isTrue();
    }
  }

  private EventExecutor loop() {
    EventExecutor loop = new DefaultEventExecutor();
    loops.add(loop);
    return loop;
  }

  private ClientInput join(long id, EventExecutor loop) throws Exception {
    Client client = new SilentClient(id);
    ClientInput input =
        new ClientInput(
            client,
            loop,
            audience,
            InputSinkFactory.viewOnly(),
            new ClientPointer(() -> new Desktop.Size(10, 10), () -> PointerMode.ABSOLUTE),
            new ClipboardAudit(client, ServerListener.none()),
            Duration.ZERO,
            new NoOwner());
    loop.submit(input::begin).get();
    return input;
  }

  @Test
  void controlGoesOnFromAClientThatLostItBeforeItsLoopHadHeardOfIt() throws Exception {
    EventExecutor busy = loop();
    ClientInput first = join(1, loop());
    ClientInput second = join(2, busy);
    ClientInput third = join(3, loop());
    assertThat(audience.give(1)).isTrue();
    await().until(first::hasControl);
    CountDownLatch hold = new CountDownLatch(1);
    Future<?> unused =
        busy.submit(
            () -> {
              hold.await();
              return true;
            });
    assertThat(audience.give(2)).isTrue();
    await().until(() -> audience.has(second));
    assertThat(audience.give(3)).isTrue();
    assertThat(first.hasControl()).isFalse();
    hold.countDown();
    await().until(third::hasControl);
    assertThat(second.hasControl()).isFalse();
  }

  private record SilentClient(long id) implements Client {
    @Override
    public SocketAddress address() {
      return InetSocketAddress.createUnresolved("client", 1);
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

  private static final class NoOwner implements ClientInput.Owner {
    @Override
    public void title(String title) {}

    @Override
    public boolean isInputPaused() {
      return false;
    }

    @Override
    public void controlled() {}

    @Override
    public void failed(RuntimeException problem) {
      throw new AssertionError(problem);
    }
  }
}
