package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {
  private static final String ALPHABET = "ab% =\n\r\t\u0001\u2003\u00e9\ud83d\ude0025209aA";

  @Test
  void aLineReadsAsItIsDocumented() {
    ControlMessage message = ControlMessage.parse("8 error message=no%20guest%20is%20attached");
    assertThat(message.sequence()).isEqualTo(8);
    assertThat(message.isOk()).isFalse();
    assertThat(message.text("message")).isEqualTo("no guest is attached");
    assertThat(new ControlMessage(7, "hold", Map.of("drain-millis", "200")).format())
        .isEqualTo("7 hold drain-millis=200");
  }

  @Test
  void anyValuesComeBackAsTheyWere() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      Map<String, String> arguments = new TreeMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        StringBuilder value = new StringBuilder();
        for (int n = random.nextInt(8); n > 0; n--) {
          value.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        arguments.put("name-" + i, value.toString());
      }
      ControlMessage message = new ControlMessage(random.nextLong(), "verb", arguments);
      String line = message.format();
      assertThat(line).as("seed=%d round=%d", seed, round).doesNotContain("\n", "\r", "\t");
      assertThat(ControlMessage.parse(line)).as("seed=%d line=%s", seed, line).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "7",
        "x hold",
        "7 HOLD",
        "7  hold",
        "7 hold drain",
        "7 hold =5",
        "7 hold A=5",
        "7 hold a=%",
        "7 hold a=%2",
        "7 hold a=%zz",
        "99999999999999999999 hold"
      })
  void whatIsNoMessageIsRefusedWithAReason(String text) {
    assertThatThrownBy(() -> ControlMessage.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("null");
  }

  @Test
  void argumentsThatAreMissingOrNoNumbersAreNamed() {
    ControlMessage message = new ControlMessage(1, "hold", Map.of("drain-millis", "soon"));
    assertThatThrownBy(() -> message.text("left")).hasMessageContaining("lacks the argument left");
    assertThatThrownBy(() -> message.number("drain-millis"))
        .hasMessageContaining("drain-millis=soon is not a number");
  }
}
