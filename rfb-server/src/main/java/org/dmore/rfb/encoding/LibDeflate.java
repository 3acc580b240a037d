package org.dmore.rfb.encoding;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Deflate by the system's libdeflate (libdeflate.h, 1.0 and later), which compresses what it is
 * given whole: pixels in half of zlib's time, or to less.
 *
 * <p>The library ends each stream. Here the last block is made one like the others, and an empty
 * stored block is put behind it, as zlib's flush does it: so anything may follow.
 */
final class LibDeflate implements AutoCloseable {
  private static final int MAX_LEVEL = 9;

  /** An empty stored block behind its three bits of head: its length and that inverted. */
  private static final int EMPTY_BLOCK = 0x0000ffff;

  private static final int HEAD_BITS = 3;

  private final Pointer[] compressors = new Pointer[MAX_LEVEL + 1];
  private final DeflateScanner scanner = new DeflateScanner();
  private ByteBuffer input = ByteBuffer.allocateDirect(1);
  private ByteBuffer output = ByteBuffer.allocateDirect(1);
  private boolean closed;

  /** Loads the library where the class is first used. */
  private static final class Library {
    static {
      // SAFETY: the declarations below have libdeflate.h's prototypes: int is 32 bits, pointers and
      // size_t have the machine's width, which Pointer and, but for Windows, NativeLong follow.
      Native.register(Library.class, NativeLibrary.getInstance(libraryName()));
    }

    private static String libraryName() {
      return Platform.isLinux() ? "libdeflate.so.0" : "deflate";
    }

    static native Pointer libdeflate_alloc_compressor(int level);

    static native NativeLong libdeflate_deflate_compress(
        Pointer compressor,
        Pointer input,
        NativeLong inputLength,
        Pointer output,
        NativeLong outputRoom);

    static native NativeLong libdeflate_deflate_compress_bound(
        Pointer compressor, NativeLong inputLength);

    static native void libdeflate_free_compressor(Pointer compressor);
  }

  /**
   * Makes a compressor; what a level needs, 0.7 MB at most, is taken when it is first used.
   *
   * @throws LinkageError if the library, or JNA's own for this machine, cannot be loaded
   */
  LibDeflate() {
    // SAFETY: arithmetic alone; the header allows for no compressor.
    NativeLong unused = Library.libdeflate_deflate_compress_bound(Pointer.NULL, new NativeLong(1));
  }

  private Pointer compressor(int level) {
    if (compressors[level] == null) {
      // SAFETY: the level is within 1..9; what is returned is freed by close() alone, once.
      Pointer made = Library.libdeflate_alloc_compressor(level);
      if (made == null) {
        throw new IllegalStateException("libdeflate gave no compressor: no memory?");
      }
      compressors[level] = made;
    }
    return compressors[level];
  }

  /**
   * Appends raw deflate that refers to nothing before itself and ends with a flush.
   *
   * @param level 1 to 9, as libdeflate counts
   * @throws IllegalStateException if there is no memory for the level, or this is closed
   */
  void deflate(int level, byte[] bytes, int length, ByteBuf out) {
    if (closed) {
      throw new IllegalStateException("the compressor is closed");
    }
    if (level < 1 || level > MAX_LEVEL) {
      throw new IllegalArgumentException("level=" + level + " is not within 1..9");
    }
    Pointer compressor = compressor(level);
    input = withRoom(input, length);
    input.clear().put(bytes, 0, length);
    NativeLong inputLength = new NativeLong(length);
    // SAFETY: arithmetic alone.
    int bound = Library.libdeflate_deflate_compress_bound(compressor, inputLength).intValue();
    output = withRoom(output, bound + DeflateScanner.SLACK);
    // SAFETY: the input has the length's bytes, which were put there; the output has the bound's.
    // Both are fields, so that they outlive the call. The compressor is open and this thread's.
    int written =
        Library.libdeflate_deflate_compress(
                compressor,
                Native.getDirectBufferPointer(input),
                inputLength,
                Native.getDirectBufferPointer(output),
                new NativeLong(bound))
            .intValue();
    if (written <= 0) {
      throw new IllegalStateException("libdeflate compressed nothing of bytes=" + length);
    }
    appendUnended(output.clear(), written, scanner, out);
  }

  /** At most twice what is needed: a buffer for each length would wait for the collector. */
  private static ByteBuffer withRoom(ByteBuffer buffer, int bytes) {
    return buffer.capacity() >= bytes
        ? buffer
        : ByteBuffer.allocateDirect(Integer.highestOneBit(bytes) << 1)
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Appends a stream without its end, and a flush.
   *
   * @param stream from index 0, as {@link DeflateScanner#scan} wants it; changed
   * @param length the stream's bytes
   */
  static void appendUnended(ByteBuffer stream, int length, DeflateScanner scanner, ByteBuf out) {
    scanner.scan(stream, length);
    int mark = (int) (scanner.lastBlock() >>> 3);
    stream.put(mark, (byte) (stream.get(mark) & ~(1 << (scanner.lastBlock() & 7))));
    out.ensureWritable(length + 1 + Integer.BYTES);
    out.writeBytes(stream.limit(length));
    int unused = -(int) scanner.end() & 7;
    if (unused < HEAD_BITS) {
      // The rest of the empty block's head; where it has room in the last byte, that has it.
      out.writeByte(0);
    }
    out.writeInt(EMPTY_BLOCK);
  }

  @Override
  public void close() {
    closed = true;
    for (int i = 0; i < compressors.length; i++) {
      if (compressors[i] != null) {
        // SAFETY: the compressor is open, and is not used again.
        Library.libdeflate_free_compressor(compressors[i]);
        compressors[i] = null;
      }
    }
  }
}
