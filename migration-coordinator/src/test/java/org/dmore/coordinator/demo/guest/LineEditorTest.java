package org.dmore.coordinator.demo.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineEditorTest {
  private static final List<String> PHRASES = List.of("log", "log start", "log stop", "keys");

  private final LineEditor editor = new LineEditor(20);

  @Test
  void insertsAndDeletesAtTheCursor() {
    type("helo");
    editor.left();
    type("l");
    assertLine("hello", 4);
    editor.home();
    editor.delete();
    assertLine("ello", 0);
    editor.right();
    editor.backspace();
    assertLine("llo", 0);
    editor.end();
    type("!");
    assertLine("llo!", 4);
  }

  @Test
  void staysWithinTheLine() {
    editor.left();
    editor.right();
    editor.backspace();
    editor.delete();
    assertLine("", 0);
    type("a".repeat(25));
    assertLine("a".repeat(20), 20);
  }

  @Test
  void killsTheLine() {
    type("text");
    editor.left();
    editor.kill();
    assertLine("", 0);
  }

  @Test
  void recallsLinesAndComesBackToTheNewOne() {
    enter("one");
    enter("two");
    type("thr");
    editor.previous();
    assertLine("two", 3);
    editor.previous();
    editor.previous();
    assertLine("one", 3);
    editor.next();
    editor.next();
    assertLine("thr", 3);
    editor.next();
    assertLine("thr", 3);
  }

  @Test
  void remembersNeitherEmptyLinesNorRepetitions() {
    enter("one");
    enter("");
    enter("  ");
    enter("one");
    editor.previous();
    editor.previous();
    assertLine("one", 3);
    editor.next();
    assertLine("", 0);
  }

  @Test
  void forgetsTheOldestOfManyLines() {
    for (int i = 0; i < 150; i++) {
      enter("line " + i);
    }
    for (int i = 0; i < 150; i++) {
      editor.previous();
    }
    assertLine("line 50", 7);
  }

  @Test
  void completesAPhraseThatIsTheOnlyOne() {
    type("k");
    assertThat(editor.complete(PHRASES)).isEmpty();
    assertLine("keys ", 5);
  }

  @Test
  void completesAsFarAsPhrasesAgreeAndThenListsThem() {
    type("l");
    assertThat(editor.complete(PHRASES)).isEmpty();
    assertLine("log", 3);
    assertThat(editor.complete(PHRASES)).containsExactly("log", "log start", "log stop");
    type(" ");
    assertThat(editor.complete(PHRASES)).isEmpty();
    assertLine("log st", 6);
    assertThat(editor.complete(PHRASES)).containsExactly("log start", "log stop");
  }

  @Test
  void completesNothingThatDoesNotFitOrInTheMiddleOfALine() {
    type("x");
    assertThat(editor.complete(PHRASES)).isEmpty();
    assertLine("x", 1);
    editor.kill();
    type("k");
    editor.home();
    assertThat(editor.complete(PHRASES)).isEmpty();
    assertLine("k", 0);
  }

  private void type(String text) {
    text.chars().forEach(c -> editor.insert((char) c));
  }

  private void enter(String text) {
    type(text);
    assertThat(editor.enter()).isEqualTo(text);
    assertLine("", 0);
  }

  private void assertLine(String text, int cursor) {
    assertThat(editor.text().toString()).isEqualTo(text);
    assertThat(editor.cursor()).isEqualTo(cursor);
  }
}
