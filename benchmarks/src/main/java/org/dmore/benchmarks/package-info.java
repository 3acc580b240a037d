/** Measurements: JMH and whole-path. */
package org.dmore.benchmarks;
