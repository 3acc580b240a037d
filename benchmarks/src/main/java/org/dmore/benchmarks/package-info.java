/**
 * What a key costs: JMH benchmarks of the whole path, of the bridge alone, and of the floor below
 * both. May import every module.
 */
package org.dmore.benchmarks;
