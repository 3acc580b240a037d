/**
 * The state store in one file, for one host: SQLite in its write-ahead mode. Several processes of
 * the host may have the file open. Imports {@code store}, JDBC and SQLite's driver.
 */
package org.dmore.coordinator.store.sqlite;
