/**
 * The demo: two embedded hosts, a guest with a text console, its DomR with consoled, and the moves
 * of the pair, in one JVM. Imports everything.
 */
package org.dmore.coordinator.demo;
