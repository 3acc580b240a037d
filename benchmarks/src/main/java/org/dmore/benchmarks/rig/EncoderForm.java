package org.dmore.benchmarks.rig;

import java.util.List;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.encoding.PixelTranslator;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PixelFormat;

/** What is measured: an encoding, as a client asks for it. */
public enum EncoderForm {
  RAW("Raw", EncodingType.RAW, EncodingParameters.UNSET, false),
  RRE("RRE", EncodingType.RRE, EncodingParameters.UNSET, false),
  HEXTILE("Hextile", EncodingType.HEXTILE, EncodingParameters.UNSET, false),
  ZLIB("Zlib", EncodingType.ZLIB, EncodingParameters.UNSET, false),
  ZRLE("ZRLE", EncodingType.ZRLE, EncodingParameters.UNSET, false),
  ZRLE_SHARED("ZRLE, shared", EncodingType.ZRLE, EncodingParameters.UNSET, true),
  TIGHT("Tight", EncodingType.TIGHT, EncodingParameters.UNSET, false),
  TIGHT_SHARED("Tight, shared", EncodingType.TIGHT, EncodingParameters.UNSET, true),
  TIGHT_QUALITY_6("Tight, quality 6", EncodingType.TIGHT, 6, false),
  TIGHT_PNG_QUALITY_6("TightPNG, quality 6", EncodingType.TIGHT_PNG, 6, false),
  JPEG_QUALITY_6("JPEG and ZRLE, quality 6", EncodingType.JPEG, 6, false);

  private final String title;
  private final EncodingType type;
  private final int quality;
  private final boolean shared;

  EncoderForm(String title, EncodingType type, int quality, boolean shared) {
    this.title = title;
    this.type = type;
    this.quality = quality;
    this.shared = shared;
  }

  /** What the table calls it. */
  public String title() {
    return title;
  }

  /** Whether it is encoded for any client, by blocks that refer to nothing before them. */
  boolean shared() {
    return shared;
  }

  /** What the client asks for, with LastRect and 24-bit pixels. */
  EncodingParameters parameters() {
    return new EncodingParameters(
        List.of(type, EncodingType.ZRLE),
        quality,
        EncodingParameters.UNSET,
        true,
        new PixelTranslator(PixelFormat.RGB888));
  }
}
