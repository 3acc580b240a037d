package org.dmore.coordinator.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Linux's kernel as a hypervisor likes it: the plain ELF file, so that whoever starts a guest need
 * not unpack it.
 */
public final class KernelImage {
  // Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
  private static final int SETUP_SECTORS = 0x1f1;
  private static final int SIGNATURE = 0x202;
  private static final int PAYLOAD_OFFSET = 0x248;
  private static final int PAYLOAD_LENGTH = 0x24c;
  private static final int SECTOR = 512;
  private static final byte[] HEADER = {'H', 'd', 'r', 'S'};

  private KernelImage() {}

  /**
   * Takes the ELF file out of a boot image ({@code vmlinuz}, compressed by xz, gzip or LZ4) and
   * leaves out its symbols if {@code strip} is there.
   *
   * @throws IOException if the image is not one that can be read
   */
  public static void extract(Path bootImage, Path kernel, Progress progress) throws IOException {
    byte[] image = Files.readAllBytes(bootImage);
    progress.step("unpacking the kernel of " + bootImage.getFileName());
    try (InputStream in = payload(image, bootImage);
        OutputStream out = Files.newOutputStream(kernel)) {
      in.transferTo(out);
    }
    if (!ElfFile.isElf(kernel)) {
      throw new IOException("file=" + bootImage + " holds no ELF kernel");
    }
    ExternalProgram strip = new ExternalProgram("strip", "install the package binutils");
    if (strip.exists()) {
      strip.run(kernel.toAbsolutePath().getParent(), kernel.toAbsolutePath().toString());
    } else {
      progress.step("strip is not found, so the kernel keeps its symbols: install binutils");
    }
  }

  private static InputStream payload(byte[] image, Path name) throws IOException {
    ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    if (image.length < PAYLOAD_LENGTH + 4
        || !header.slice(SIGNATURE, HEADER.length).equals(ByteBuffer.wrap(HEADER))) {
      throw new IOException("file=" + name + " is not an x86 boot image");
    }
    int sectors = Byte.toUnsignedInt(image[SETUP_SECTORS]);
    long offset =
        ((sectors == 0 ? 4 : sectors) + 1L) * SECTOR
            + Integer.toUnsignedLong(header.getInt(PAYLOAD_OFFSET));
    long length = Integer.toUnsignedLong(header.getInt(PAYLOAD_LENGTH));
    if (length < 6 || offset + length > image.length) {
      throw new IOException("file=" + name + " is cut short");
    }
    InputStream in = new ByteArrayInputStream(image, (int) offset, (int) length);
    int magic = header.order(ByteOrder.BIG_ENDIAN).getInt((int) offset);
    if (magic == 0xfd377a58) {
      return new SingleXZInputStream(in); // one stream: the kernel's size follows it
    }
    if (magic >>> 16 == 0x1f8b) {
      return new GZIPInputStream(in);
    }
    if (magic == 0x02214c18) {
      // The kernel's size follows the last block.
      return new LegacyLz4(new ByteArrayInputStream(image, (int) offset + 4, (int) length - 8));
    }
    throw new IOException(
        "file="
            + name
            + " is compressed in a way not known here: magic="
            + Integer.toHexString(magic));
  }

  /** LZ4's legacy frame, as the kernel's build makes it: blocks with their length before them. */
  private static final class LegacyLz4 extends InputStream {
    private final InputStream in;
    private InputStream block = InputStream.nullInputStream();

    LegacyLz4(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = block.read(bytes, offset, length);
      if (read >= 0 || length == 0) {
        return read;
      }
      byte[] size = in.readNBytes(Integer.BYTES);
      if (size.length < Integer.BYTES) {
        return -1;
      }
      int blockLength = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt();
      byte[] packed = in.readNBytes(Math.max(0, blockLength));
      if (packed.length != blockLength) {
        throw new IOException("the kernel's image is cut short: block=" + blockLength);
      }
      block = new BlockLZ4CompressorInputStream(new ByteArrayInputStream(packed));
      return read(bytes, offset, length);
    }
  }
}
