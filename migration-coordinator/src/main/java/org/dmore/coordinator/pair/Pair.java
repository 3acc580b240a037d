package org.dmore.coordinator.pair;

/**
 * A user VM and the remote-management VM that serves its console; they live on one host and move
 * together.
 *
 * @param domU the user VM's name
 * @param domR its DomR's name
 */
public record Pair(String domU, String domR) {
  @Override
  public String toString() {
    return domU + "+" + domR;
  }
}
