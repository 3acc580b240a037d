/**
 * An RFB (VNC) server for whoever has a framebuffer to show.
 *
 * <p>The embedder implements {@link org.dmore.rfb.Desktop} and {@link org.dmore.rfb.InputSink} and
 * hands them to {@link org.dmore.rfb.RfbServer}. Nothing here knows of Xen.
 */
package org.dmore.rfb;
