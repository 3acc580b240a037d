/**
 * The state store in etcd (API version 3), for several hosts.
 *
 * <p>Of jetcd the messages and stubs are used, not its client: that one resumes a watch at the
 * revision of the server rather than its own, so that changes are lost when a connection breaks
 * early, and neither bounds a call's time nor tells whether a call was sent. Imports {@code store},
 * gRPC with its Netty transport, and etcd's stubs; nothing else in the house may import those.
 */
package org.dmore.coordinator.store.etcd;
