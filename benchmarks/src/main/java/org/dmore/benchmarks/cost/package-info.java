/** What a console costs: its start, its sessions, its image. */
package org.dmore.benchmarks.cost;
