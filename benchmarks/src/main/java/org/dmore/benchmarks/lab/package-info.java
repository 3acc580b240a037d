/**
 * Real Xen on one machine: hosts under QEMU's software emulation, a DomR and a DomU on them, and
 * what a scenario does with them. {@link org.dmore.benchmarks.lab.Lab} is where to start reading.
 */
package org.dmore.benchmarks.lab;
