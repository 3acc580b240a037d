package org.dmore.coordinator.store;

import java.util.OptionalLong;

/** What a transaction does. */
public sealed interface Change {

  /**
   * Writes a value.
   *
   * @param key the key, made if it is not there
   * @param value the value, of at most {@link StateStore#MAX_VALUE_BYTES}
   * @param lease the lease that the entry ends with from now on; none: it stays
   */
  record Put(String key, String value, OptionalLong lease) implements Change {
    /** Checks the key and the value's length. */
    public Put {
      Keys.check(key);
      Values.check(key, value);
    }
  }

  /** Deletes a key, if it is there. */
  record Delete(String key) implements Change {
    /** Checks the key. */
    public Delete {
      Keys.check(key);
    }
  }

  /** Deletes all keys below a prefix. */
  record DeletePrefix(String prefix) implements Change {
    /** Checks the prefix. */
    public DeletePrefix {
      Keys.checkPrefix(prefix);
    }
  }
}
