package org.dmore.rfb.encoding;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * JPEG by the system's libturbojpeg (TurboJPEG API 2, libjpeg-turbo 1.2 and later), some ten times
 * as fast as the JDK's.
 */
final class TurboJpeg implements Jpeg {
  /** Bytes blue, green, red, unused: {@code 0x00RRGGBB} of a little-endian machine. */
  private static final int PIXEL_FORMAT_BGRX = 3;

  /** The same of a big-endian machine. */
  private static final int PIXEL_FORMAT_XRGB = 5;

  private static final int FLAG_NO_REALLOC = 1024;

  private static final int PIXEL_FORMAT =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? PIXEL_FORMAT_BGRX : PIXEL_FORMAT_XRGB;

  private final ByteBuffer pixels =
      ByteBuffer.allocateDirect(Encoder.MAX_AREA * Integer.BYTES).order(ByteOrder.nativeOrder());
  private final IntBuffer pixelInts = pixels.asIntBuffer();
  private final Pointer pixelPointer = Native.getDirectBufferPointer(pixels);
  private final Memory place = new Memory(Native.POINTER_SIZE);
  private final Memory length = new Memory(NativeLong.SIZE);
  private ByteBuffer image = ByteBuffer.allocateDirect(1);
  private Pointer handle;

  /** Loads the library where the class is first used. */
  private static final class Library {
    static {
      // SAFETY: the declarations below have turbojpeg.h's prototypes: int is 32 bits, pointers and
      // unsigned long have the machine's width, which NativeLong and Pointer follow.
      Native.register(Library.class, NativeLibrary.getInstance(libraryName()));
    }

    private static String libraryName() {
      return Platform.isLinux() ? "libturbojpeg.so.0" : "turbojpeg";
    }

    static native Pointer tjInitCompress();

    static native NativeLong tjBufSize(int width, int height, int subsampling);

    static native int tjCompress2(
        Pointer handle,
        Pointer source,
        int width,
        int pitch,
        int height,
        int pixelFormat,
        Pointer jpegBuffer,
        Pointer jpegSize,
        int subsampling,
        int quality,
        int flags);

    static native String tjGetErrorStr2(Pointer handle);

    static native int tjDestroy(Pointer handle);
  }

  /**
   * Makes a compressor.
   *
   * @throws LinkageError if the library, or JNA's own for this machine, cannot be loaded
   * @throws IllegalStateException if the library gives no compressor
   */
  TurboJpeg() {
    // SAFETY: takes nothing; the handle is freed by close() alone, once.
    handle = Library.tjInitCompress();
    if (handle == null) {
      throw new IllegalStateException("libturbojpeg gave no compressor: no memory?");
    }
  }

  @Override
  public String name() {
    return "libturbojpeg";
  }

  @Override
  public void compress(int[] rgb, int width, int height, Quality quality, ByteBuf out) {
    if (handle == null) {
      throw new IllegalStateException("the JPEG compressor is closed");
    }
    int subsampling = quality.subsampling().turboNumber();
    // SAFETY: arithmetic alone.
    int bound = Library.tjBufSize(width, height, subsampling).intValue();
    if (bound <= 0 || width * height > Encoder.MAX_AREA) {
      throw new IllegalArgumentException("width=" + width + " height=" + height);
    }
    if (image.capacity() < bound) {
      image = ByteBuffer.allocateDirect(bound);
    }
    pixelInts.clear();
    pixelInts.put(rgb, 0, width * height);
    place.setPointer(0, Native.getDirectBufferPointer(image));
    length.setNativeLong(0, new NativeLong(image.capacity()));
    // SAFETY: the source has width*height pixels of 4 bytes, checked above. The image has tjBufSize
    // bytes at least, which is what NOREALLOC asks for: the library neither frees nor moves it.
    // Both buffers are fields, so that they outlive the call. The handle is open and used by this
    // thread alone.
    int failed =
        Library.tjCompress2(
            handle,
            pixelPointer,
            width,
            width * Integer.BYTES,
            height,
            PIXEL_FORMAT,
            place,
            length,
            subsampling,
            quality.percent(),
            FLAG_NO_REALLOC);
    if (failed != 0) {
      // SAFETY: the string is the handle's own and is copied by JNA.
      throw new IllegalStateException(
          "libturbojpeg compressed no image: " + Library.tjGetErrorStr2(handle));
    }
    image.clear().limit(length.getNativeLong(0).intValue());
    out.writeBytes(image);
  }

  @Override
  public void close() {
    if (handle != null) {
      Pointer closing = handle;
      handle = null;
      // SAFETY: the handle is open, and is not used again.
      int unused = Library.tjDestroy(closing);
      place.close();
      length.close();
    }
  }
}
