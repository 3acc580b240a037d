package org.dmore.coordinator.demo.guest;

import java.util.ArrayList;
import java.util.List;

/** One line of text under edit, and the lines entered before it. Does not draw. */
public final class LineEditor {
  private static final int HISTORY = 100;

  private final int maxLength;
  private final StringBuilder text;
  private final List<String> history = new ArrayList<>();
  private int cursor;

  /** Index into the history of the line shown; its size stands for the new line. */
  private int recalled;

  /** The new line, kept while an older one is shown. */
  private String draft = "";

  /** Makes an editor for lines of at most {@code maxLength} characters; more are ignored. */
  public LineEditor(int maxLength) {
    this.maxLength = maxLength;
    text = new StringBuilder(maxLength);
  }

  /** Returns the line as it stands; a live view, valid until the next edit. */
  public CharSequence text() {
    return text;
  }

  /** Returns the cursor's place: the number of characters before it. */
  public int cursor() {
    return cursor;
  }

  public void insert(char c) {
    if (text.length() < maxLength) {
      text.insert(cursor++, c);
    }
  }

  public void backspace() {
    if (cursor > 0) {
      text.deleteCharAt(--cursor);
    }
  }

  public void delete() {
    if (cursor < text.length()) {
      text.deleteCharAt(cursor);
    }
  }

  public void left() {
    cursor = Math.max(0, cursor - 1);
  }

  public void right() {
    cursor = Math.min(text.length(), cursor + 1);
  }

  public void home() {
    cursor = 0;
  }

  public void end() {
    cursor = text.length();
  }

  /** Empties the line. */
  public void kill() {
    text.setLength(0);
    cursor = 0;
  }

  /** Shows the line entered before the one shown, if there is one. */
  public void previous() {
    if (recalled > 0) {
      if (recalled == history.size()) {
        draft = text.toString();
      }
      replace(history.get(--recalled));
    }
  }

  /** Shows the line entered after the one shown; after the last, the new line as it was left. */
  public void next() {
    if (recalled < history.size()) {
      recalled++;
      replace(recalled == history.size() ? draft : history.get(recalled));
    }
  }

  private void replace(String line) {
    text.setLength(0);
    text.append(line);
    cursor = text.length();
  }

  /** Enters the line: returns it, remembers it and starts a new one. */
  public String enter() {
    String line = text.toString();
    boolean again = !history.isEmpty() && history.get(history.size() - 1).equals(line);
    if (!line.isBlank() && !again) {
      history.add(line);
      if (history.size() > HISTORY) {
        history.remove(0);
      }
    }
    abandon();
    return line;
  }

  /** Starts a new line without remembering this one. */
  public void abandon() {
    kill();
    draft = "";
    recalled = history.size();
  }

  /**
   * Completes the line, if the cursor is at its end, as far as the phrases that start with it
   * agree; a single phrase gets a space after it.
   *
   * @return the phrases among which the user has to choose; empty if the line could be extended or
   *     nothing fits
   */
  public List<String> complete(List<String> phrases) {
    String typed = text.toString();
    if (cursor < text.length()) {
      return List.of();
    }
    List<String> fitting = phrases.stream().filter(phrase -> phrase.startsWith(typed)).toList();
    if (fitting.isEmpty()) {
      return fitting;
    }
    String common = fitting.size() == 1 ? fitting.get(0) + " " : commonStart(fitting);
    if (common.length() > typed.length() && common.length() <= maxLength) {
      replace(common);
      return List.of();
    }
    return fitting.size() == 1 ? List.of() : fitting;
  }

  private static String commonStart(List<String> phrases) {
    String common = phrases.get(0);
    for (String phrase : phrases) {
      int length = 0;
      while (length < Math.min(common.length(), phrase.length())
          && common.charAt(length) == phrase.charAt(length)) {
        length++;
      }
      common = common.substring(0, length);
    }
    return common;
  }
}
