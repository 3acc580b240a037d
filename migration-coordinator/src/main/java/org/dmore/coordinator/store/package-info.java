/**
 * The control plane's state: a small versioned key-value store in etcd's terms ({@link
 * org.dmore.coordinator.store.StateStore}), leases, and roles that one process at a time holds
 * ({@link org.dmore.coordinator.store.Leadership}). Its implementations are in {@code sqlite} and
 * {@code etcd}, neither of which the other one needs; what is kept in it, as records, is in {@code
 * record}. Imports the JDK and the log alone.
 */
package org.dmore.coordinator.store;
