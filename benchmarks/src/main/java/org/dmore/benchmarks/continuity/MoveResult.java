package org.dmore.benchmarks.continuity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Alignment;
import org.dmore.benchmarks.lab.typing.Delivery;

/**
 * What one move did to what was typed through it.
 *
 * @param delivery what became of the key events
 * @param moot of those that never came, releases of keys that the guest's kernel had let go of by
 *     itself: nobody misses them
 * @param stall the longest time between a key event's write and the guest's taking it, of those
 *     that arrived
 * @param cuts connections of the client's that were cut
 * @param times what the move itself tells
 */
public record MoveResult(Delivery delivery, int moot, Duration stall, int cuts, MoveTimes times) {
  /**
   * Compares.
   *
   * @param letGo codes of the keys that the guest's kernel let go of by itself
   */
  static MoveResult of(
      TimedKeys typed, TimedKeys got, List<Integer> letGo, int cuts, MoveTimes times) {
    int[] places = Alignment.of(typed.events(), got.events());
    BitSet arrived = new BitSet();
    long longest = 0;
    for (int i = 0; i < places.length; i++) {
      if (places[i] != Alignment.NONE) {
        arrived.set(places[i]);
        longest = Math.max(longest, got.times().get(i) - typed.times().get(places[i]));
      }
    }
    Delivery delivery = Delivery.of(typed.events(), got.events());
    return new MoveResult(
        delivery,
        Math.min(delivery.lost(), moot(typed.events(), arrived, letGo)),
        Duration.ofNanos(longest),
        cuts,
        times);
  }

  /** Releases that did not come although the press before them did, once for each key let go. */
  private static int moot(List<KeyEvent> typed, BitSet arrived, List<Integer> letGo) {
    List<Integer> left = new ArrayList<>(letGo);
    int count = 0;
    for (int i = 1; i < typed.size(); i++) {
      boolean alone = !typed.get(i).pressed() && !arrived.get(i) && arrived.get(i - 1);
      if (alone && left.remove((Integer) typed.get(i).code())) {
        count++;
      }
    }
    return count;
  }

  /** Key events that were typed. */
  public int typed() {
    return delivery.sent();
  }

  /** Key events that never came and are missed. */
  public int lost() {
    return delivery.lost() - moot;
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
