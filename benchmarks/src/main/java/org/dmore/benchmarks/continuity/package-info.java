/**
 * {@code dmore bench continuity}: what a live migration of the user VM does to somebody who types
 * into its console, with dmore and without. May import every module, and of this one {@code lab}'s
 * typing, recorder and viewer messages.
 */
package org.dmore.benchmarks.continuity;
