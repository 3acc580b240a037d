/**
 * What the scenarios type, what the guest is to see of it, and how the two are compared. Imports
 * {@code viewer}'s messages and {@code recorder}'s events.
 */
package org.dmore.benchmarks.lab.typing;
