package org.dmore.rfb.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes an FBS file apart, by its description and by nothing of the writer's. */
final class FbsStream {
  private final byte[] stream;
  private final List<Long> times = new ArrayList<>();

  FbsStream(byte[] file) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    byte[] signature = new byte[12];
    in.readFully(signature);
    if (!new String(signature, StandardCharsets.US_ASCII).equals("FBS 001.000\n")) {
      throw new IOException("not an FBS file");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (in.available() > 0) {
      int length = in.readInt();
      if (length <= 0) {
        throw new IOException("a block of length=" + length);
      }
      byte[] padded = new byte[(length + 3) / 4 * 4];
      in.readFully(padded);
      all.write(padded, 0, length);
      times.add(in.readInt() & 0xffffffffL);
    }
    stream = all.toByteArray();
  }

  /** What the server said. */
  byte[] stream() {
    return stream;
  }

  /** Each block's milliseconds. */
  List<Long> times() {
    return times;
  }
}
