package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a 64-bit little-endian ELF file says of what it needs (System V ABI, chapters 4 and 5;
 * {@code elf.h}).
 *
 * @param interpreter the dynamic loader that a program asks for
 * @param needed the shared libraries that it names, in order
 * @param searchPath folders where it wants them looked for first; may begin with {@code $ORIGIN}
 * @param moduleInfo a kernel module's {@code name=value} lines; empty for anything else
 */
record ElfFile(
    Optional<String> interpreter,
    List<String> needed,
    List<String> searchPath,
    List<String> moduleInfo) {
  private static final int HEADER = 64;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int DT_NEEDED = 1;
  private static final int DT_STRTAB = 5;
  private static final int DT_RPATH = 15;
  private static final int DT_RUNPATH = 29;

  /** A part of the file that is loaded. */
  private record Segment(long address, long offset, long bytes) {}

  /** Whether a file begins as an ELF file does. */
  static boolean isElf(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return isElf(in.readNBytes(4));
    }
  }

  private static boolean isElf(byte[] start) {
    return start.length >= 4
        && start[0] == 0x7f
        && start[1] == 'E'
        && start[2] == 'L'
        && start[3] == 'F';
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is no 64-bit little-endian ELF file, or its tables lead outside it
   */
  static ElfFile read(Path file) throws IOException {
    return of(Files.readAllBytes(file), file);
  }

  /**
   * Reads a file's content.
   *
   * @param file what it is called in errors
   */
  static ElfFile of(byte[] bytes, Path file) throws IOException {
    if (bytes.length < HEADER || !isElf(bytes) || bytes[4] != 2 || bytes[5] != 1) {
      throw new IOException("file=" + file + " is not a 64-bit little-endian ELF file");
    }
    try {
      return new Reader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)).read();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IOException("file=" + file + " is broken: its ELF tables lead outside it", e);
    }
  }

  private static final class Reader {
    private final ByteBuffer file;
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> needed = new ArrayList<>();
    private final List<String> searchPath = new ArrayList<>();
    private Optional<String> interpreter = Optional.empty();

    Reader(ByteBuffer file) {
      this.file = file;
    }

    ElfFile read() {
      int table = Math.toIntExact(file.getLong(32));
      int size = Short.toUnsignedInt(file.getShort(54));
      int count = Short.toUnsignedInt(file.getShort(56));
      int dynamic = -1;
      int dynamicBytes = 0;
      for (int i = 0; i < count; i++) {
        int at = table + i * size;
        int offset = Math.toIntExact(file.getLong(at + 8));
        int bytes = Math.toIntExact(file.getLong(at + 32));
        switch (file.getInt(at)) {
          case PT_LOAD -> segments.add(new Segment(file.getLong(at + 16), offset, bytes));
          case PT_DYNAMIC -> {
            dynamic = offset;
            dynamicBytes = bytes;
          }
          case PT_INTERP -> interpreter = Optional.of(text(offset));
          default -> {}
        }
      }
      if (dynamic >= 0) {
        readDynamic(dynamic, dynamicBytes);
      }
      return new ElfFile(interpreter, needed, searchPath, moduleInfo());
    }

    private void readDynamic(int dynamic, int bytes) {
      int strings = 0;
      for (int at = dynamic; at < dynamic + bytes; at += 16) {
        if (file.getLong(at) == DT_STRTAB) {
          strings = offsetOf(file.getLong(at + 8));
        }
      }
      for (int at = dynamic; at < dynamic + bytes; at += 16) {
        long tag = file.getLong(at);
        if (tag == DT_NEEDED) {
          needed.add(text(strings + Math.toIntExact(file.getLong(at + 8))));
        } else if (tag == DT_RPATH || tag == DT_RUNPATH) {
          searchPath.addAll(
              List.of(text(strings + Math.toIntExact(file.getLong(at + 8))).split(":", -1)));
        }
      }
    }

    private int offsetOf(long address) {
      for (Segment segment : segments) {
        if (address >= segment.address() && address < segment.address() + segment.bytes()) {
          return Math.toIntExact(address - segment.address() + segment.offset());
        }
      }
      throw new IllegalArgumentException("address=" + address + " is in no segment");
    }

    private List<String> moduleInfo() {
      int table = Math.toIntExact(file.getLong(40));
      int size = Short.toUnsignedInt(file.getShort(58));
      int count = Short.toUnsignedInt(file.getShort(60));
      if (table == 0 || count == 0) {
        return List.of();
      }
      int names = table + Short.toUnsignedInt(file.getShort(62)) * size;
      int nameBytes = Math.toIntExact(file.getLong(names + 24));
      for (int i = 0; i < count; i++) {
        int at = table + i * size;
        if (text(nameBytes + file.getInt(at)).equals(".modinfo")) {
          byte[] content = new byte[Math.toIntExact(file.getLong(at + 32))];
          file.get(Math.toIntExact(file.getLong(at + 24)), content);
          return List.of(new String(content, StandardCharsets.UTF_8).split("\0+", -1));
        }
      }
      return List.of();
    }

    private String text(int offset) {
      int end = offset;
      while (file.get(end) != 0) {
        end++;
      }
      byte[] bytes = new byte[end - offset];
      file.get(offset, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
