/**
 * What the lab is on this machine: its name and folders, network namespace, emulators, and the
 * record by which all of it is ended again. Knows nothing of what runs inside the hosts.
 */
package org.dmore.benchmarks.lab.machine;
