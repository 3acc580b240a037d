package org.dmore.coordinator.demo.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;

/**
 * The console's bitmap font: fixed cells of {@value #WIDTH} by {@value #HEIGHT} pixels. Immutable.
 */
public final class ConsoleFont {
  /** Width of each glyph in pixels. */
  public static final int WIDTH = 8;

  /** Height of each glyph in pixels. */
  public static final int HEIGHT = 16;

  /** The character whose glyph stands for all that the font does not have. */
  public static final char REPLACEMENT = '\uFFFD';

  private static final String RESOURCE = "console-font.txt";

  /** Ascending, so that a glyph's index is found by binary search. */
  private final char[] characters;

  /** {@link #HEIGHT} rows for each glyph; the leftmost pixel is the highest bit. */
  private final byte[] rows;

  private final int replacement;

  private ConsoleFont(SortedMap<Character, byte[]> glyphs) {
    characters = new char[glyphs.size()];
    rows = new byte[glyphs.size() * HEIGHT];
    int index = 0;
    for (var glyph : glyphs.entrySet()) {
      characters[index] = glyph.getKey();
      System.arraycopy(glyph.getValue(), 0, rows, index * HEIGHT, HEIGHT);
      index++;
    }
    replacement = Arrays.binarySearch(characters, REPLACEMENT);
  }

  /**
   * Reads the font that comes with the program.
   *
   * @throws IllegalArgumentException if the font's text is wrong; the message names glyph and line
   */
  public static ConsoleFont load() {
    InputStream resource = ConsoleFont.class.getResourceAsStream(RESOURCE);
    if (resource == null) {
      throw new IllegalStateException("resource=" + RESOURCE + " is missing from the program");
    }
    try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      return parse(lines, RESOURCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ConsoleFont parse(BufferedReader lines, String source) throws IOException {
    return new ConsoleFont(new ConsoleFontParser(source).parse(lines));
  }

  /** Tells whether the font has a glyph of this character's own. */
  public boolean has(char character) {
    return Arrays.binarySearch(characters, character) >= 0;
  }

  /** Returns the index of a character's glyph, or of the replacement glyph. */
  public int glyph(char character) {
    // ASCII is dense from the font's first character on, which makes most searches a subtraction.
    int guess = character - ' ';
    if (guess >= 0 && guess < characters.length && characters[guess] == character) {
      return guess;
    }
    int index = Arrays.binarySearch(characters, character);
    return index >= 0 ? index : replacement;
  }

  /** Returns one row of a glyph: eight bits, the leftmost pixel the highest. */
  public int row(int glyph, int y) {
    return rows[glyph * HEIGHT + y] & 0xFF;
  }
}
