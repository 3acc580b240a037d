/** {@code dmore bench}: runs benchmarks and prints what they say. */
package org.dmore.benchmarks.cli;
