package org.dmore.coordinator.store.etcd;

/**
 * A user of etcd's own.
 *
 * @param name the name
 * @param password the password
 */
public record EtcdUser(String name, String password) {
  @Override
  public String toString() {
    return name; // for logs
  }
}
