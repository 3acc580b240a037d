package org.dmore.vdev.input;

import java.util.OptionalInt;

/** A ring of a guest that consumes each event at once. */
final class DirectRing implements EventRing {
  /** Hears of each event. */
  @FunctionalInterface
  interface Guest {
    void event(int word0, int word1, int word2, int word3);
  }

  private final Guest guest;

  DirectRing(Guest guest) {
    this.guest = guest;
  }

  @Override
  public int room() {
    return 51;
  }

  @Override
  public void put(int word0, int word1, int word2, int word3) {
    guest.event(word0, word1, word2, word3);
  }

  @Override
  public void publish() {}

  @Override
  public int unconsumed() {
    return 0;
  }

  @Override
  public OptionalInt leftBy(int finalConsumer) {
    return OptionalInt.empty();
  }
}
