package org.dmore.rfb.encoding;

/**
 * What became of an area.
 *
 * @param rectangles how many RFB rectangles it was written as, at least 1
 * @param lossy whether some of its pixels are not what they were beyond what the client's pixel
 *     format takes from them: the area is due for {@linkplain EncodingParameters#lossless a
 *     lossless refresh}
 */
public record Encoded(int rectangles, boolean lossy) {}
