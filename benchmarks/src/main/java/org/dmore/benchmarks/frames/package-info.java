/** What consoles show, painted in code: the pictures that encoders are measured on. */
package org.dmore.benchmarks.frames;
