package org.dmore.rfb.encoding;

import java.util.EnumMap;
import java.util.Map;
import org.dmore.rfb.protocol.EncodingType;

/**
 * One connection's encoders. Each is made when it is first used and lives until the connection
 * ends: clients keep their zlib streams across SetEncodings and SetPixelFormat.
 */
public final class Encoders implements AutoCloseable {
  private final Map<EncodingType, Encoder> encoders = new EnumMap<>(EncodingType.class);
  private boolean closed;

  /** The connection's encoder of that type. */
  public Encoder get(EncodingType type) {
    if (closed) {
      throw new IllegalStateException("encoders of a closed connection");
    }
    return encoders.computeIfAbsent(type, Encoders::make);
  }

  private static Encoder make(EncodingType type) {
    return switch (type) {
      case RAW -> new RawEncoder();
      case RRE -> new RreEncoder();
      case HEXTILE -> new HextileEncoder();
      case ZLIB -> new ZlibEncoder();
      case ZRLE -> new ZrleEncoder();
      case COPY_RECT -> throw new IllegalArgumentException("CopyRect carries no pixels");
    };
  }

  /** Frees the zlib streams. */
  @Override
  public void close() {
    closed = true;
    encoders.values().forEach(Encoder::close);
    encoders.clear();
  }
}
