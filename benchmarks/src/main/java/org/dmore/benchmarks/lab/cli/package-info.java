/** {@code dmore lab}: starts, shows, uses and ends a lab. */
package org.dmore.benchmarks.lab.cli;
