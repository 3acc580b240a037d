/**
 * dmore beside other VNC servers: what each of them takes to hand a key to an application, and to
 * show a viewer what the application then drew.
 */
package org.dmore.benchmarks.peers;
