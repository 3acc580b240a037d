package org.dmore.benchmarks.lab.recorder;

import java.util.Arrays;

/**
 * Something that the guest's pointer did.
 *
 * @param a x, or steps of the wheel (up is positive), or Linux's BTN code
 * @param b y, or 0, or 1 for a press and 0 for a release
 */
public record PointerEvent(Kind kind, int a, int b) {
  /** What it was. */
  public enum Kind {
    /** To a place, in the device's range. */
    MOVE("move", 0),
    /** By a distance. */
    RELATIVE("relative", 1),
    /** The wheel. */
    WHEEL("wheel", 2),
    /** A button. */
    BUTTON("button", 3);

    private final String word;
    private final int number;

    Kind(String word, int number) {
      this.word = word;
      this.number = number;
    }

    /** What stands for it in a digest. */
    int number() {
      return number;
    }

    private static Kind of(String word) {
      return Arrays.stream(values())
          .filter(kind -> kind.word.equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(word));
    }
  }

  /** To a place. */
  public static PointerEvent move(int x, int y) {
    return new PointerEvent(Kind.MOVE, x, y);
  }

  /** A button pressed or released. */
  public static PointerEvent button(int code, boolean pressed) {
    return new PointerEvent(Kind.BUTTON, code, pressed ? 1 : 0);
  }

  /** The wheel by so many steps, up positive. */
  public static PointerEvent wheel(int steps) {
    return new PointerEvent(Kind.WHEEL, steps, 0);
  }

  /** Reads {@code move 3 4}. */
  static PointerEvent parse(String text) throws RecorderException {
    String[] words = text.split(" ", -1);
    try {
      if (words.length == 3) {
        return new PointerEvent(
            Kind.of(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new RecorderException("\"" + text + "\" is no pointer event like move 3 4");
  }

  @Override
  public String toString() {
    return kind.word + "(" + a + "," + b + ")";
  }
}
