/**
 * What must hold on real Xen: the console, recovering, moving, and what a DomR may not touch. Each
 * is a {@link org.dmore.benchmarks.lab.Scenario}.
 */
package org.dmore.benchmarks.lab.scenario;
