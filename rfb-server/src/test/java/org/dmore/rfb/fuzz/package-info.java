/**
 * Fuzz targets: what may come in from the network, given to the code that takes it.
 *
 * <p>A target is a class with {@code fuzzerTestOneInput}; {@link org.dmore.rfb.fuzz.FuzzTarget}
 * lists them. Seeds stand in {@code src/test/resources/fuzz}, one folder a target, and every build
 * runs them and then fuzzes from them for some seconds; {@code ./dmore fuzz} goes on for as long as
 * it is told.
 */
package org.dmore.rfb.fuzz;
