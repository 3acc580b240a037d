package org.dmore.vdev.service;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.input.Ledger;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells dom0, for people who watch a move, how much input waits while the guest gets none: in
 * {@value ControlMessage#WAITING_NODE}, from when input is held until it flows again. Confined to
 * the console's event loop.
 */
final class WaitingInput implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingInput.class);

  /** Between two looks: as often as a person can read a number. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final XenStore store;
  private final String node;
  private final Ledger ledger;
  private final EventLoop loop;
  private Future<?> looking;
  private long written = -1;

  WaitingInput(XenStore store, ControlNodes nodes, Ledger ledger, EventLoop loop) {
    this.store = store;
    this.node = nodes.waiting();
    this.ledger = ledger;
    this.loop = loop;
  }

  /** To be called when input is held; it ends by itself. */
  void follow() {
    if (looking == null) {
      written = -1;
      looking = loop.scheduleAtFixedRate(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.cancel(false);
      looking = null;
    }
  }

  private void look() {
    if (ledger.state() == Ledger.State.LIVE) {
      write(0);
      close();
    } else {
      write(ledger.waiting());
    }
  }

  private void write(long waiting) {
    if (waiting == written) {
      return;
    }
    try {
      store.write(node, Long.toString(waiting));
      written = waiting;
    } catch (XenException e) {
      // At a new host the directory is there with hostd's first command.
      LOG.debug("waiting={} is not told: {}", waiting, e.getMessage());
    }
  }
}
