/**
 * {@code hostd}'s API over the network: HTTP/1.1 with JSON, on TCP with mutual TLS and on a Unix
 * socket. {@link org.dmore.coordinator.api.ApiServer} offers a control plane to operators and
 * viewers, and this host to other hosts; {@link org.dmore.coordinator.api.ApiClient} and {@link
 * org.dmore.coordinator.api.RemoteVmHost} are the same at the other end. One table of routes is
 * both what is answered and what {@code /v1/openapi.json} describes. Imports {@code control},
 * {@code host}, the records, Netty, Jackson and Bouncy Castle's certificates.
 */
package org.dmore.coordinator.api;
