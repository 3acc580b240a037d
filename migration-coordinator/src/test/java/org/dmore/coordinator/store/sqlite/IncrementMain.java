package org.dmore.coordinator.store.sqlite;

import java.nio.file.Path;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.Transaction;

/** Another process: counts a number up until it is killed, and says each that is committed. */
final class IncrementMain {
  private IncrementMain() {}

  public static void main(String[] words) throws Exception {
    try (StateStore store = SqliteStateStore.open(SqliteSettings.of(Path.of(words[0])))) {
      while (true) {
        StoreEntry entry = store.get("/t/n").orElseThrow();
        String next = Integer.toString(Integer.parseInt(entry.value()) + 1);
        Transaction transaction =
            Transaction.builder().whenUnchanged(entry).put("/t/n", next).build();
        if (store.commit(transaction).isCommitted()) {
          System.out.println(next);
        }
      }
    }
  }
}
