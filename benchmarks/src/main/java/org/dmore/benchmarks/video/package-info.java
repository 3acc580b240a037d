/**
 * dmore beside other VNC servers: what the same frames cost each of them, in bytes and in processor
 * time, and whether they arrive as they are.
 */
package org.dmore.benchmarks.video;
