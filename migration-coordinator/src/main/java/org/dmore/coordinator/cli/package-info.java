/**
 * The command line: {@code dmore} and its commands. Commands of modules above this one are found
 * through {@link org.dmore.coordinator.cli.CommandProvider}.
 */
package org.dmore.coordinator.cli;
