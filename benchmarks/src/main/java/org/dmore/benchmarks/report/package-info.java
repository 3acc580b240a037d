/** From JMH's results to the table that is printed: what was measured, and on which machine. */
package org.dmore.benchmarks.report;
