package org.dmore.vdev.backend;

import java.util.OptionalInt;
import org.dmore.vdev.input.EventRing;
import org.dmore.vdev.wire.KbdifEvent;
import org.dmore.vdev.wire.KbdifPage;
import org.dmore.xen.EventPort;
import org.dmore.xen.SharedPage;

/**
 * The producing end of a guest's in ring.
 *
 * <p>The producer's index is kept here and only written to the page: what the guest makes of it
 * there changes nothing. The consumer's index is believed only if it moves forward and not past
 * ours.
 *
 * <p>Ordering: the consumer's index is read with acquire, so that no slot is written before the
 * read that showed it free; the producer's index is written with release, so that the guest sees
 * the slots first.
 */
final class KeyboardRing implements EventRing {
  static final String BAD_INDEX = "in_cons makes no sense";

  private final SharedPage page;
  private final EventPort port;
  private final EventPump events;
  private final Complaints complaints;

  private int producer;
  private int lastConsumer;

  /** Events put by us that the page may still hold; those before them were another's. */
  private int ownOutstanding;

  KeyboardRing(SharedPage page, EventPort port, EventPump events, Complaints complaints) {
    this.page = page;
    this.port = port;
    this.events = events;
    this.complaints = complaints;
  }

  /** Begins where the page stands: a page that the guest has just wiped, or another's that died. */
  void startFresh() {
    int consumer = page.getIntAcquire(KbdifPage.IN_CONS);
    producer = page.getInt(KbdifPage.IN_PROD);
    lastConsumer = consumer;
    ownOutstanding = 0;
    if (!KbdifPage.inIndicesValid(producer, consumer)) {
      complaints.complain(
          "indices out of range",
          "in_prod="
              + Integer.toUnsignedString(producer)
              + " in_cons="
              + Integer.toUnsignedString(consumer));
      producer = consumer;
      page.putIntRelease(KbdifPage.IN_PROD, producer);
    }
  }

  /** Goes on where another ring on the same page left off. */
  void startAsBefore(KeyboardRing before) {
    producer = before.producer;
    lastConsumer = before.lastConsumer;
    ownOutstanding = before.ownOutstanding;
  }

  /** Whether the page stands where a ring on it left off. */
  boolean continues(KeyboardRing before) {
    return page.getInt(KbdifPage.IN_PROD) == before.producer
        && isForward(page.getIntAcquire(KbdifPage.IN_CONS), before);
  }

  @Override
  public int room() {
    return KbdifPage.inRoom(producer, consumer());
  }

  @Override
  public void put(int word0, int word1, int word2, int word3) {
    int slot = KbdifPage.inSlot(producer);
    page.putInt(slot + KbdifEvent.WORD0, word0);
    page.putInt(slot + KbdifEvent.WORD1, word1);
    page.putInt(slot + KbdifEvent.WORD2, word2);
    page.putInt(slot + KbdifEvent.WORD3, word3);
    producer++;
    ownOutstanding++;
  }

  @Override
  public void publish() {
    page.putIntRelease(KbdifPage.IN_PROD, producer);
    events.notify(port);
  }

  @Override
  public int unconsumed() {
    consumer();
    return ownOutstanding;
  }

  @Override
  public OptionalInt leftBy(int finalConsumer) {
    // By our own index, never by the page's: what was put after the guest was stopped is not in
    // the page that it took along.
    return isForward(finalConsumer, this)
        ? OptionalInt.of(Math.min(ownOutstanding, producer - finalConsumer))
        : OptionalInt.empty();
  }

  private int consumer() {
    int consumer = page.getIntAcquire(KbdifPage.IN_CONS);
    if (isForward(consumer, this)) {
      lastConsumer = consumer;
      ownOutstanding = Math.min(ownOutstanding, producer - consumer);
    } else {
      complaints.complain(
          BAD_INDEX,
          "in_cons="
              + Integer.toUnsignedString(consumer)
              + " was="
              + Integer.toUnsignedString(lastConsumer)
              + " in_prod="
              + Integer.toUnsignedString(producer));
    }
    return lastConsumer;
  }

  private static boolean isForward(int consumer, KeyboardRing ring) {
    return Integer.compareUnsigned(consumer - ring.lastConsumer, ring.producer - ring.lastConsumer)
        <= 0;
  }
}
