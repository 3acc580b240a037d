package org.dmore.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TransactionTest {
  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aKeyIsChangedOnce() {
    assertRefused(
        () -> Transaction.builder().put("/t/a", "1").put("/t/a", "2").build(), "key=/t/a");
    assertRefused(() -> Transaction.builder().put("/t/a", "1").delete("/t/a").build(), "key=/t/a");
    assertRefused(
        () -> Transaction.builder().deletePrefix("/t/").put("/t/a", "1").build(), "prefix=/t/");
    assertRefused(
        () -> Transaction.builder().deletePrefix("/t/").deletePrefix("/t/a/").build(), "/t/a/");
    assertThat(Transaction.builder().deletePrefix("/t/").put("/t", "1").put("/tt/a", "1").build())
        .extracting(transaction -> transaction.changes().size())
        .isEqualTo(3);
  }

  @Test
  void partsAndBytesAreBounded() {
    Transaction.Builder parts = Transaction.builder();
    for (int i = 0; i < Transaction.MAX_PARTS; i++) {
      parts.delete("/t/" + i);
    }
    assertThat(parts.build().changes()).hasSize(Transaction.MAX_PARTS);
    assertRefused(() -> parts.delete("/t/more").build(), "changes=129");
    String quarter = "x".repeat(Transaction.MAX_BYTES / 4);
    Transaction.Builder bytes = Transaction.builder();
    for (int i = 0; i < 4; i++) {
      bytes.put("/t/" + i, quarter);
    }
    assertThat(bytes.build().changes()).hasSize(4);
    assertRefused(() -> bytes.put("/t/more", "x").build(), "bytes=1048577");
  }

  @Test
  void halfOfACharacterIsNoText() {
    assertRefused(() -> Transaction.builder().put("/t/a", "\ud83d").build(), "/t/a");
  }

  @Test
  void conditionsAreAdded() {
    Transaction one = Transaction.builder().whenAbsent("/t/a").put("/t/a", "1").build();
    Fence fence = new Fence("/dmore/leaders/x", 7);
    assertThat(one.and(fence.condition()).conditions())
        .containsExactly(
            new Condition.Absent("/t/a"), new Condition.CreateRevisionIs("/dmore/leaders/x", 7));
    assertThat(one.conditions()).hasSize(1);
  }
}
