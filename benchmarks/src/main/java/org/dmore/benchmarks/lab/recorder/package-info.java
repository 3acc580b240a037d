/**
 * The recorder in the lab's guest ({@code benchmarks/xen-lab/domu/recorder.c}), asked over the
 * guest's text console: what input has arrived there, and what its framebuffer holds. Imports the
 * picture of {@code viewer}.
 */
package org.dmore.benchmarks.lab.recorder;
