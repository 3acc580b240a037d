/**
 * What the server does, as Micrometer's meters, and as text for Prometheus over HTTP.
 *
 * <p>Optional: the rest of the library knows {@link org.dmore.rfb.ServerMetrics} alone, and an
 * embedder that uses none of this needs no Micrometer.
 */
package org.dmore.rfb.metrics;
