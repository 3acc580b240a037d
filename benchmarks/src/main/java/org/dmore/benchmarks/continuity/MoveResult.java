package org.dmore.benchmarks.continuity;

import java.time.Duration;
import org.dmore.benchmarks.lab.typing.Alignment;
import org.dmore.benchmarks.lab.typing.Delivery;

/**
 * What one move did to what was typed through it.
 *
 * @param delivery what became of the key events
 * @param stall the longest time between a key event's write and the guest's taking it, of those
 *     that arrived
 * @param cuts connections of the client's that were cut
 * @param times what the move itself tells
 */
public record MoveResult(Delivery delivery, Duration stall, int cuts, MoveTimes times) {
  static MoveResult of(TimedKeys typed, TimedKeys got, int cuts, MoveTimes times) {
    int[] places = Alignment.of(typed.events(), got.events());
    long longest = 0;
    for (int i = 0; i < places.length; i++) {
      if (places[i] != Alignment.NONE) {
        longest = Math.max(longest, got.times().get(i) - typed.times().get(places[i]));
      }
    }
    return new MoveResult(
        Delivery.of(typed.events(), got.events()), Duration.ofNanos(longest), cuts, times);
  }

  /** Key events that were typed. */
  public int typed() {
    return delivery.sent();
  }

  /** Key events that never came. */
  public int lost() {
    return delivery.lost();
  }

  /** Key events that came in another place. */
  public int moved() {
    return delivery.moved();
  }

  /** Key events that came and were not to come: once more, or never typed. */
  public int doubled() {
    return delivery.doubled() + delivery.foreign();
  }

  /** Whether every key arrived, once and in order, over one connection, and the move says so. */
  public boolean isExact() {
    return delivery.isExact()
        && cuts == 0
        && times.pair().map(MoveTimes.PairTimes::exact).orElse(true);
  }
}
