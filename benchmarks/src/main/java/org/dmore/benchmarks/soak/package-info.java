/**
 * {@code dmore soak}: a pair in the embedded room is moved at random, with random faults, while
 * somebody types; after each move all that must hold is checked. May import every module.
 */
package org.dmore.benchmarks.soak;
