package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where consoles and hostd write to each other. */
class ControlNodesTest {
  @Test
  void aConsoleThatIsAloneHasNoDirectoryOfItsOwn() {
    assertThat(ControlNodes.of("")).isEqualTo(ControlNodes.ONLY);
    assertThat(ControlNodes.ONLY.command()).isEqualTo("dmore/command");
    assertThat(ControlNodes.of("web1").reply()).isEqualTo("dmore/consoles/web1/reply");
  }

  /** xenstored takes letters, digits and {@code -/_@} in a path. */
  @Test
  void anyNameIsAWordOfItsOwn() {
    List<String> names =
        List.of(
            "web1", "web.1", "web_2e1", "web_1", "web/1", "WEB1", "w\u00e9b1", "../command", " ");
    List<String> words = names.stream().map(ControlNodes::word).toList();
    assertThat(words).doesNotHaveDuplicates();
    assertThat(words).allMatch(word -> word.matches("[A-Za-z0-9_-]+"));
    assertThat(words).startsWith("web1", "web_2e1", "web_5f2e1");
  }
}
