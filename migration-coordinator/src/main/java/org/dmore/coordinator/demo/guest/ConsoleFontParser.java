package org.dmore.coordinator.demo.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text form of a {@link ConsoleFont}, which the head of the font's file describes. */
final class ConsoleFontParser {
  private static final Pattern HEADER = Pattern.compile("U\\+([0-9A-F]{4}) (\\S+) ([0-9]{1,2})");
  private static final Pattern DRAWING = Pattern.compile("[.#]{" + ConsoleFont.WIDTH + "}");

  private final String source;
  private final SortedMap<Character, byte[]> glyphs = new TreeMap<>();
  private String glyphName = "none";
  private byte[] glyph = new byte[0];
  private int nextRow;
  private int lineNumber;

  ConsoleFontParser(String source) {
    this.source = source;
  }

  SortedMap<Character, byte[]> parse(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      lineNumber++;
      if (line.startsWith("U+")) {
        header(line);
      } else if (!line.isBlank() && !line.startsWith(";")) {
        drawing(line);
      }
    }
    for (char c = ' '; c <= '~'; c++) {
      requireGlyph(c);
    }
    requireGlyph(ConsoleFont.REPLACEMENT);
    return glyphs;
  }

  private void header(String line) {
    Matcher matcher = HEADER.matcher(line);
    if (!matcher.matches()) {
      throw wrong("header='" + line + "' is not 'U+XXXX character first-row'");
    }
    char character = (char) Integer.parseInt(matcher.group(1), 16);
    glyphName = name(character);
    String shown = matcher.group(2);
    if (shown.length() == 1 && shown.charAt(0) != character) {
      throw wrong("the header shows '" + shown + "', another character");
    }
    nextRow = Integer.parseInt(matcher.group(3));
    glyph = new byte[ConsoleFont.HEIGHT];
    if (glyphs.put(character, glyph) != null) {
      throw wrong("drawn twice");
    }
  }

  private void drawing(String line) {
    if (!DRAWING.matcher(line).matches()) {
      throw wrong("row='" + line + "' is not " + ConsoleFont.WIDTH + " of '.' and '#'");
    }
    if (nextRow >= glyph.length) {
      throw wrong("row=" + nextRow + " is outside of rows 0 to " + (ConsoleFont.HEIGHT - 1));
    }
    int bits = 0;
    for (int x = 0; x < ConsoleFont.WIDTH; x++) {
      bits = bits << 1 | (line.charAt(x) == '#' ? 1 : 0);
    }
    glyph[nextRow++] = (byte) bits;
  }

  private void requireGlyph(char character) {
    if (!glyphs.containsKey(character)) {
      glyphName = name(character);
      throw wrong("not drawn");
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        source + " line=" + lineNumber + " glyph=" + glyphName + ": " + what);
  }

  private static String name(char character) {
    return String.format("U+%04X", (int) character);
  }
}
