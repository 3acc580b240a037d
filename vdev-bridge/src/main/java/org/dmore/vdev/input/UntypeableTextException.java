package org.dmore.vdev.input;

/** A text has a character that the guest's layout cannot type. Nothing of the text was typed. */
public final class UntypeableTextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int codePoint;
  private final int position;

  UntypeableTextException(int codePoint, int position, String layout) {
    super(
        "character=%s at=%d cannot be typed on keymap=%s: nothing was typed"
            .formatted(named(codePoint), position + 1, layout));
    this.codePoint = codePoint;
    this.position = position;
  }

  /** The character. */
  public int codePoint() {
    return codePoint;
  }

  /** Where it stands: characters before it. */
  public int position() {
    return position;
  }

  private static String named(int codePoint) {
    String number = "U+%04X".formatted(codePoint);
    boolean shown =
        Character.isDefined(codePoint)
            && !Character.isISOControl(codePoint)
            && Character.getType(codePoint) != Character.SURROGATE;
    return shown ? number + " '" + Character.toString(codePoint) + "'" : number;
  }
}
