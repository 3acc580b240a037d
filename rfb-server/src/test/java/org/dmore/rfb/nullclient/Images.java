package org.dmore.rfb.nullclient;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Image files within RFB, read by the JDK. */
final class Images {
  private static final int SOI = 0xffd8;
  private static final int EOI = 0xffd9;
  private static final int SOS = 0xffda;

  private Images() {}

  /** Decodes an image file; returns its pixels as {@code 0x00RRGGBB}, row by row. */
  static int[] rgb(byte[] file, int w, int h) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    if (image == null || image.getWidth() != w || image.getHeight() != h) {
      throw new IOException("no image of " + w + "x" + h);
    }
    int[] rgb = image.getRGB(0, 0, w, h, null, 0, w);
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] &= 0xffffff;
    }
    return rgb;
  }

  /** Reads a JPEG file, whose length nothing tells but its own markers. */
  static byte[] jpegFile(DataInputStream in) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    int marker = in.readUnsignedShort();
    if (marker != SOI) {
      throw new IOException("a JPEG image begins with " + Integer.toHexString(marker));
    }
    write(file, marker);
    while (marker != SOS) {
      marker = in.readUnsignedShort();
      int length = in.readUnsignedShort();
      write(file, marker);
      write(file, length);
      byte[] segment = new byte[length - 2];
      in.readFully(segment);
      file.write(segment);
    }
    int last = 0;
    while (true) {
      int next = in.readUnsignedByte();
      file.write(next);
      if ((last << 8 | next) == EOI) {
        return file.toByteArray();
      }
      last = next;
    }
  }

  private static void write(ByteArrayOutputStream file, int two) {
    file.write(two >> 8);
    file.write(two);
  }
}
