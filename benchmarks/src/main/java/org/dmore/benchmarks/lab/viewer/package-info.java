/**
 * Viewers of the lab's guests: a strict RFB client that knows the picture it was sent, and a real
 * viewer on an X server in memory. Imports rfb-server for VNC Authentication alone, so that the
 * decoder checks the encoder and does not share its mistakes.
 */
package org.dmore.benchmarks.lab.viewer;
