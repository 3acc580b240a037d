package org.dmore.vdev.console;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.vdev.backend.Framebuffer;
import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.vdev.backend.KeyboardBackend;
import org.dmore.vdev.backend.XenbusBackend;
import org.dmore.vdev.input.EventRing;
import org.dmore.vdev.input.InputHub;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.input.Paste;
import org.dmore.xen.SharedPage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest's console: what its viewers see and where their input goes, through the guest's boots,
 * crashes and moves.
 *
 * <p>A move goes through {@link #hold}, {@link #beginMove} (the devices are then let go), {@link
 * #settle} with the receipt that was read from the paused guest, and ends when the guest has
 * consumed what was held: {@link #receipt}. {@link #cancelMove} calls it off.
 *
 * <p>Confined to the console's event loop.
 */
public final class GuestConsole implements KeyboardBackend.Listener, FramebufferBackend.Listener {
  /**
   * The range of absolute positions that the guest is promised, in pixels: Linux's default
   * framebuffer, {@code XENFB_WIDTH} and {@code XENFB_HEIGHT}. A guest reads it once, at probe, and
   * so it cannot follow the mode.
   */
  public static final Desktop.Size POINTER_RANGE = new Desktop.Size(800, 600);

  private static final Logger LOG = LoggerFactory.getLogger(GuestConsole.class);

  private final GuestDesktop desktop;
  private final InputHub input;
  private final Ledger ledger;
  private final java.util.function.LongSupplier nanoClock;

  private boolean absolute;
  private XenbusBackend.Parting parting = XenbusBackend.Parting.DETACHED;

  private EventRing lastRing;

  /** The ring was lost with a move that nobody announced: the next one is the same guest's. */
  private boolean movedUnannounced;

  private boolean moving;
  private boolean settled;
  private EventRing ringBeforeReceipt;
  private long holdBegan;
  private Duration held = Duration.ZERO;
  private long receiptBase;
  private long consumedAtMove;
  private long slotsAtBase;
  private long heldUpTo;
  private long pressedAgain;
  private boolean receiptOpen;
  private Runnable advanced = () -> {};

  /**
   * Makes a console without devices.
   *
   * @param guestName what viewers show as the title
   * @param input where viewers' input comes together
   * @param nanoClock {@link System#nanoTime}, or a test's
   */
  public GuestConsole(String guestName, InputHub input, java.util.function.LongSupplier nanoClock) {
    this.desktop = new GuestDesktop(guestName);
    this.input = input;
    this.ledger = input.ledger();
    this.nanoClock = nanoClock;
  }

  /** What viewers see. */
  public Desktop desktop() {
    return desktop;
  }

  /** Whether the guest's framebuffer is connected. */
  public boolean isDesktopLive() {
    return desktop.isLive();
  }

  /** Where viewers' input goes. */
  public InputSinkFactory input() {
    return input;
  }

  /** The ledger, to be read. */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * Types a text as keys, as fast as the guest consumes them.
   *
   * @throws org.dmore.vdev.input.UntypeableTextException if the guest's layout lacks a character of
   *     it; nothing was typed
   * @throws IllegalArgumentException if it is empty or longer than {@link Paste#MAX_CHARACTERS}
   * @throws IllegalStateException if another paste is under way
   */
  public Paste paste(String text, Paste.Listener listener) {
    return input.paste(text, listener);
  }

  /** The last paste, under way or ended. */
  public Optional<Paste> lastPaste() {
    return input.lastPaste();
  }

  /** The clipboard of the viewer whose clipboard changed last, while it is there. */
  public Optional<String> viewersClipboard() {
    return input.clipboard();
  }

  /** Whether the guest gets absolute positions of the pointer. */
  public boolean isAbsolute() {
    return absolute;
  }

  /** Whether CapsLock is assumed to be on in the guest, which tells nobody. */
  public boolean capsLock() {
    return input.capsLock();
  }

  /** Corrects what CapsLock is assumed to be in the guest; sends it nothing. */
  public void assumeCapsLock(boolean on) {
    input.assumeCapsLock(on);
  }

  /** Runs whenever the guest may have consumed input or a device came or went; one at a time. */
  public void onAdvance(Runnable listener) {
    advanced = listener;
  }

  /** Accepts and keeps input from now on, and gives the guest no more. */
  public void hold() {
    if (ledger.state() != Ledger.State.HELD) {
      holdBegan = nanoClock.getAsLong();
    }
    ledger.hold();
  }

  /** Gives the guest what was kept: the opposite of {@link #hold}, with the devices attached. */
  public void release() {
    ledger.release();
    input.advanced();
  }

  /** To be called before the devices are detached for a move. */
  public void beginMove() {
    // Events of a receipt that was never complete are counted with this move's.
    receiptOpen = false;
    moving = true;
    settled = false;
    ringBeforeReceipt = null;
    if (ledger.state() == Ledger.State.DETACHED && parting == XenbusBackend.Parting.CLOSED) {
      ledger.settle(ledger.unsettled()); // no ring moves with the guest: its driver closed before
    }
  }

  /**
   * To be called when the move is called off, before the devices are attached again where they
   * were: their rings say by themselves what was consumed.
   */
  public void cancelMove() {
    moving = false;
    ringBeforeReceipt = null;
  }

  /**
   * Takes the receipt. It is held against our own index of the ring, not against the {@code
   * in_prod} in the guest's page: a guest that was stopped while we still wrote has moved without
   * our last writes.
   *
   * @param finalConsumer the guest's final {@code in_cons}, u32; empty if its page could not be
   *     read. Then, and if it is no index at which the guest can have stopped, the fate of what
   *     stood in the ring is unknown, and it counts as lost
   * @return events that wait again because of it
   * @throws IllegalStateException if no move is under way
   */
  public int settle(OptionalInt finalConsumer) {
    if (!moving) {
      throw new IllegalStateException("no move is under way: hold and detach come first");
    }
    int requeued = 0;
    if (ledger.unsettled() > 0) {
      OptionalInt left =
          finalConsumer.isPresent() ? lastRing.leftBy(finalConsumer.getAsInt()) : finalConsumer;
      if (left.isPresent()) {
        requeued = ledger.settle(left.getAsInt());
      } else {
        LOG.warn(
            "receipt in-cons={} tells nothing: the fate of events={} is unknown",
            finalConsumer.isPresent()
                ? Integer.toUnsignedString(finalConsumer.getAsInt())
                : "unknown",
            ledger.abandonUnsettled());
      }
    }
    settled = true;
    consumedAtMove = ledger.consumed();
    if (ringBeforeReceipt != null) {
      EventRing ring = ringBeforeReceipt;
      ringBeforeReceipt = null;
      attachMoved(ring);
    }
    return requeued;
  }

  /**
   * The receipt of the last move, as far as it has come.
   *
   * @return empty before the devices are back
   */
  public Optional<MoveReceipt> receipt() {
    if (!receiptOpen) {
      return Optional.empty();
    }
    long consumed = Math.min(ledger.consumed(), heldUpTo);
    long delivered = consumed - consumedAtMove;
    // Numbers against slots: two counts of the same events that come about apart.
    long surplus = (ledger.consumedBySlots() - slotsAtBase) - (ledger.consumed() - receiptBase);
    return Optional.of(
        new MoveReceipt(
            heldUpTo - receiptBase,
            consumedAtMove - receiptBase,
            heldUpTo - consumedAtMove,
            delivered,
            Math.max(0, -surplus),
            Math.max(0, surplus),
            pressedAgain,
            held));
  }

  /**
   * Closes the receipt, which has been read and is complete: the next one counts from here. One
   * that is never closed is counted again with the next.
   */
  public void closeReceipt() {
    if (receiptOpen) {
      receiptOpen = false;
      receiptBase = heldUpTo;
      // Slots consumed beyond the held events belong to the next receipt.
      slotsAtBase = ledger.consumedBySlots() - (ledger.consumed() - receiptBase);
    }
  }

  @Override
  public boolean keyboardConnected(
      EventRing ring, KeyboardBackend.Origin origin, Optional<Boolean> requested) {
    lastRing = ring;
    requested.ifPresent(wanted -> absolute = wanted);
    input.setAbsolute(absolute);
    if (origin == KeyboardBackend.Origin.SAME) {
      ledger.attachSame(ring);
    } else if (!moving) {
      attachWithoutMove(ring, origin);
    } else if (settled) {
      attachMoved(ring);
    } else {
      ringBeforeReceipt = ring;
    }
    input.advanced();
    advanced.run();
    return absolute;
  }

  @Override
  public void keyboardAdvanced() {
    ledger.ringAdvanced();
    input.advanced();
    advanced.run();
  }

  @Override
  public void keyboardDisconnecting(XenbusBackend.Parting why) {
    parting = why;
    ringBeforeReceipt = null;
    ledger.detach();
    input.advanced();
    advanced.run();
  }

  @Override
  public void keyboardAbandoned() {
    parting = XenbusBackend.Parting.VANISHED;
    movedUnannounced = true;
    ringBeforeReceipt = null;
    ledger.abandonRing();
  }

  @Override
  public void framebufferConnected(Framebuffer framebuffer, SharedPage pixels) {
    desktop.connect(framebuffer, pixels);
    scalePointer(framebuffer);
    advanced.run();
  }

  @Override
  public void framebufferDamaged(int x, int y, int width, int height) {
    desktop.damaged(x, y, width, height);
  }

  @Override
  public void framebufferResized(Framebuffer framebuffer) {
    desktop.reshape(framebuffer);
    scalePointer(framebuffer);
  }

  @Override
  public void framebufferDisconnecting() {
    desktop.disconnect();
  }

  @Override
  public void framebufferAbandoned() {
    desktop.abandon();
  }

  private void scalePointer(Framebuffer framebuffer) {
    input.setPointerScale(
        framebuffer.width(), framebuffer.height(), POINTER_RANGE.width(), POINTER_RANGE.height());
  }

  /** A new ring outside of a move: the guest, its driver or this daemon started anew. */
  private void attachWithoutMove(EventRing ring, KeyboardBackend.Origin origin) {
    if (parting == XenbusBackend.Parting.CLOSED) {
      ledger.settle(ledger.unsettled()); // the driver closed in order: what it left, it never saw
    } else {
      slotsAtBase -= ledger.abandonUnsettled(); // lost with the guest itself, not with a move
    }
    boolean moved = movedUnannounced && origin == KeyboardBackend.Origin.NEW;
    movedUnannounced = false;
    if (moved) {
      ledger.attachMoved(ring);
      return;
    }
    if (origin == KeyboardBackend.Origin.INHERITED) {
      input.inherited();
    } else {
      input.guestRestarted();
    }
    ledger.attachFresh(ring);
  }

  private void attachMoved(EventRing ring) {
    moving = false;
    held = Duration.ofNanos(nanoClock.getAsLong() - holdBegan);
    heldUpTo = ledger.accepted();
    receiptOpen = true;
    long before = ledger.pressedAgain();
    ledger.attachMoved(ring);
    pressedAgain = ledger.pressedAgain() - before;
  }
}
