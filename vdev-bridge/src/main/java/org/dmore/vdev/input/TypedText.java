package org.dmore.vdev.input;

import java.text.Normalizer;

/**
 * A text as strokes on the guest's layout. Line ends of any kind are Return, a tab is Tab; where
 * the layout lacks a combining mark, a letter with it is taken as the one character that means the
 * same. Immutable.
 */
final class TypedText {
  private final int[] strokes;
  private final int[] deadKeys;

  private TypedText(int[] strokes, int[] deadKeys) {
    this.strokes = strokes;
    this.deadKeys = deadKeys;
  }

  /**
   * Finds the strokes.
   *
   * @throws UntypeableTextException if the layout lacks a character
   * @throws IllegalArgumentException if the text is empty or too long
   */
  static TypedText of(String text, Keymap keymap) {
    if (text.length() > 2 * Paste.MAX_CHARACTERS) {
      throw tooLong(text.length());
    }
    int[] characters = characters(text);
    if (characters.length == 0) {
      throw new IllegalArgumentException("the text is empty");
    }
    if (characters.length > Paste.MAX_CHARACTERS) {
      throw tooLong(characters.length);
    }
    try {
      return of(characters, keymap);
    } catch (UntypeableTextException e) {
      // Letters and their marks apart, as a Mac writes them, may be typed together.
      if (Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
        throw e;
      }
      return of(characters(Normalizer.normalize(text, Normalizer.Form.NFC)), keymap);
    }
  }

  private static TypedText of(int[] characters, Keymap keymap) {
    int[] strokes = new int[characters.length];
    int[] deadKeys = new int[characters.length];
    for (int i = 0; i < characters.length; i++) {
      int keysym = keysym(characters[i]);
      strokes[i] = keysym == 0 ? Keymap.NONE : keymap.lookup(keysym);
      if (strokes[i] == Keymap.NONE) {
        throw new UntypeableTextException(characters[i], i, keymap.layout());
      }
      deadKeys[i] = (strokes[i] & Keymap.COMPOSED) == 0 ? Keymap.NONE : keymap.deadKey(keysym);
    }
    return new TypedText(strokes, deadKeys);
  }

  /** Characters, a line end being one. */
  int length() {
    return strokes.length;
  }

  int stroke(int index) {
    return strokes[index];
  }

  /** The dead key before a {@link Keymap#COMPOSED} stroke. */
  int deadKey(int index) {
    return deadKeys[index];
  }

  private static int[] characters(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n').codePoints().toArray();
  }

  private static int keysym(int character) {
    return switch (character) {
      case '\n' -> Keysym.RETURN;
      case '\t' -> Keysym.TAB;
      default -> Character.isISOControl(character) ? 0 : Keysym.ofCharacter(character);
    };
  }

  private static IllegalArgumentException tooLong(int characters) {
    return new IllegalArgumentException(
        "the text is too long: characters=" + characters + ", at most " + Paste.MAX_CHARACTERS);
  }
}
