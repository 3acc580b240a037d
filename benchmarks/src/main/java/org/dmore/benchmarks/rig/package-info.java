/**
 * What the benchmarks measure on: real parts, composed and connected, without JMH, so that tests
 * can hold them too.
 */
package org.dmore.benchmarks.rig;
