package org.dmore.rfb.nullclient;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Tight and TightPNG (rfbproto) as the null client reads them. */
final class TightDecoder implements AutoCloseable {
  private final Inflater[] streams = {
    new Inflater(), new Inflater(), new Inflater(), new Inflater()
  };
  private int images;

  int images() {
    return images;
  }

  /** Reads a rectangle; returns pixels in the client's format. */
  int[] read(DataInputStream in, Format format, int w, int h, boolean png) throws IOException {
    check(w <= 2048, "Tight rectangle of width=" + w);
    int control = in.readUnsignedByte();
    for (int i = 0; i < streams.length; i++) {
      if ((control & 1 << i) != 0) {
        streams[i].reset();
      }
    }
    int[] pixels = new int[w * h];
    switch (control >> 4) {
      case 8 -> Arrays.fill(pixels, format.readTightPixel(in));
      case 9 -> {
        check(format.trueColour() && format.bits() > 8, "JPEG for 8-bit pixels");
        return jpeg(file(in), format, w, h);
      }
      case 10 -> {
        check(png, "a PNG image in Tight");
        int[] rgb = Images.rgb(file(in), w, h);
        Arrays.setAll(pixels, i -> format.pixel(rgb[i]));
      }
      default -> {
        check(control < 0x80 && !png, "compression control=" + control);
        readBasic(in, control, format, w, h, pixels);
      }
    }
    return pixels;
  }

  int[] jpeg(byte[] file, Format format, int w, int h) throws IOException {
    images++;
    int[] pixels = Images.rgb(file, w, h);
    Arrays.setAll(pixels, i -> format.pixel(pixels[i]));
    return pixels;
  }

  private void readBasic(DataInputStream in, int control, Format format, int w, int h, int[] pixels)
      throws IOException {
    int filter = (control & 0x40) != 0 ? in.readUnsignedByte() : 0;
    Inflater stream = streams[control >> 4 & 3];
    if (filter == 0) {
      DataInputStream data = data(in, stream, w * h * format.tightBytes());
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = format.readTightPixel(data);
      }
      return;
    }
    check(filter == 1, "filter=" + filter);
    int[] palette = new int[in.readUnsignedByte() + 1];
    check(palette.length > 1, "a palette of one colour");
    for (int i = 0; i < palette.length; i++) {
      palette[i] = format.readTightPixel(in);
    }
    if (palette.length == 2) {
      DataInputStream data = data(in, stream, (w + 7) / 8 * h);
      for (int y = 0; y < h; y++) {
        int bits = 0;
        for (int x = 0; x < w; x++) {
          bits = x % 8 == 0 ? data.readUnsignedByte() : bits;
          pixels[y * w + x] = palette[(bits >> (7 - x % 8)) & 1];
        }
      }
    } else {
      DataInputStream data = data(in, stream, w * h);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = palette[data.readUnsignedByte()];
      }
    }
  }

  /** As a client that knows how much is to come: it takes no more from the stream than that. */
  private static DataInputStream data(DataInputStream in, Inflater stream, int length)
      throws IOException {
    byte[] data = new byte[length];
    if (length < 12) {
      in.readFully(data);
    } else {
      byte[] compressed = file(in);
      stream.setInput(compressed);
      int done = 0;
      try {
        while (done < length) {
          int count = stream.inflate(data, done, length - done);
          check(count > 0, "Tight gave bytes=" + done + " of " + length);
          done += count;
        }
        check(stream.inflate(new byte[1]) == 0, "Tight gave more than bytes=" + length);
      } catch (DataFormatException e) {
        throw new IOException(e);
      }
      check(stream.getRemaining() == 0, "bytes after a zlib block");
    }
    return new DataInputStream(new ByteArrayInputStream(data));
  }

  private static byte[] file(DataInputStream in) throws IOException {
    int length = 0;
    for (int i = 0; i < 3; i++) {
      int next = in.readUnsignedByte();
      length |= (i < 2 ? next & 0x7f : next) << (7 * i);
      if (next < 0x80) {
        break;
      }
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private static void check(boolean condition, String what) throws IOException {
    if (!condition) {
      throw new IOException("the server broke the protocol: " + what);
    }
  }

  @Override
  public void close() {
    for (Inflater stream : streams) {
      stream.end();
    }
  }
}
