package org.dmore.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeysTest {
  @Test
  void anyNameBecomesOneNameOfAKey() {
    assertThat(Keys.nameOf("web-1.example_x:y@z+")).isEqualTo("web-1.example_x:y@z+");
    assertThat(Keys.nameOf("a/b c%ü")).isEqualTo("a%2Fb%20c%25%C3%BC");
    assertThat(Keys.check("/t/" + Keys.nameOf("a/b c%ü"))).isNotEmpty();
    assertThatThrownBy(() -> Keys.nameOf("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void differentNamesBecomeDifferentNamesOfKeys() {
    assertThat(Keys.nameOf("a%2F")).isNotEqualTo(Keys.nameOf("a/"));
  }

  @Test
  void aPrefixEndsBeforeTheFirstKeyThatIsNotBelowIt() {
    assertThat("/t/\uffff").isLessThan(Keys.endOf("/t/"));
    assertThat(Keys.endOf("/t/")).isEqualTo("/t0");
    assertThat(Keys.endOf("/")).isEqualTo("0");
  }

  @Test
  void aKeyHasABoundedLength() {
    String name = "x".repeat(Keys.MAX_LENGTH - 1);
    assertThat(Keys.check("/" + name)).hasSize(Keys.MAX_LENGTH);
    assertThatThrownBy(() -> Keys.check("/" + name + "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1025");
  }
}
