package org.dmore.coordinator.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Gathers the files of an initramfs and packs them: a cpio archive in the kernel's "newc" format
 * (Documentation/driver-api/early-userspace/buffer-format.rst), compressed by gzip.
 *
 * <p>The same files give the same bytes: entries are sorted, belong to root and carry one time. A
 * path that is added twice is what it was added as last; folders above it come by themselves. Not
 * thread-safe.
 */
public final class Initramfs {
  /** When all files were last changed, in seconds since 1970: 2026-01-01. */
  public static final long TIME = 1_767_225_600L;

  private static final int FILE_MODE = 0644;
  private static final int PROGRAM_MODE = 0755;
  private static final int PERMISSIONS = 07777;

  private final SortedMap<String, Entry> entries = new TreeMap<>();

  /** What stands at a path. */
  private sealed interface Entry {
    /** Bytes of content. */
    default long bytes() throws IOException {
      return 0;
    }
  }

  private record Folder(int mode) implements Entry {}

  private record Link(String target) implements Entry {}

  private record CharacterDevice(int mode, int major, int minor) implements Entry {}

  private record Content(int mode, Source source) implements Entry {
    @Override
    public long bytes() throws IOException {
      return source.bytes();
    }
  }

  /** Where a file's content comes from. */
  private sealed interface Source {
    long bytes() throws IOException;

    InputStream open() throws IOException;
  }

  private record OnDisk(Path file) implements Source {
    @Override
    public long bytes() throws IOException {
      return Files.size(file);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }

  private static final class InMemory implements Source {
    private final byte[] content;

    InMemory(byte[] content) {
      this.content = content.clone();
    }

    @Override
    public long bytes() {
      return content.length;
    }

    @Override
    public InputStream open() {
      return new java.io.ByteArrayInputStream(content);
    }
  }

  /** Adds empty folders, mode 0755. */
  public Initramfs folders(String... paths) {
    for (String path : paths) {
      folder(path, PROGRAM_MODE);
    }
    return this;
  }

  /** Adds an empty folder with a mode, as 01777. */
  public Initramfs folder(String path, int mode) {
    return put(path, new Folder(mode));
  }

  /** Adds a file that only its owner may change; it may be run if {@code file} may. */
  public Initramfs file(String path, Path file) {
    return file(path, file, Files.isExecutable(file) ? PROGRAM_MODE : FILE_MODE);
  }

  /** Adds a file with a mode, as 0600. Links are followed now, the content is read when packed. */
  public Initramfs file(String path, Path file, int mode) {
    return put(path, new Content(mode, new OnDisk(file)));
  }

  /** Adds a text, mode 0644. */
  public Initramfs text(String path, String text) {
    return content(path, text.getBytes(StandardCharsets.UTF_8), FILE_MODE);
  }

  /** Adds a script, mode 0755. */
  public Initramfs script(String path, String text) {
    return content(path, text.getBytes(StandardCharsets.UTF_8), PROGRAM_MODE);
  }

  /** Adds a file of these bytes with a mode. */
  public Initramfs content(String path, byte[] bytes, int mode) {
    return put(path, new Content(mode, new InMemory(bytes)));
  }

  /** Adds a symbolic link. */
  public Initramfs link(String path, String target) {
    return put(path, new Link(target));
  }

  /** Adds a character device's node. */
  public Initramfs characterDevice(String path, int major, int minor, int mode) {
    return put(path, new CharacterDevice(mode, major, minor));
  }

  /**
   * Adds all that is in a folder, with the modes and links that it has there.
   *
   * @param at where the folder's content goes, {@code /} for the root
   */
  public Initramfs tree(Path folder, String at) throws IOException {
    return tree(folder, at, path -> true);
  }

  /**
   * Adds what is in a folder as far as a test takes it.
   *
   * @param wanted asked of each path, relative to the folder; a folder that is refused is left out
   *     with all that is in it
   */
  public Initramfs tree(Path folder, String at, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.sorted().toList()) {
        addTree(folder, child, at, wanted);
      }
    }
    return this;
  }

  private void addTree(Path top, Path file, String at, Predicate<Path> wanted) throws IOException {
    Path relative = top.relativize(file);
    if (!wanted.test(relative)) {
      return;
    }
    String path = at + "/" + relative;
    if (Files.isSymbolicLink(file)) {
      link(path, Files.readSymbolicLink(file).toString());
    } else if (Files.isDirectory(file)) {
      folder(path, mode(file));
      try (Stream<Path> children = Files.list(file)) {
        for (Path child : children.sorted().toList()) {
          addTree(top, child, at, wanted);
        }
      }
    } else if (Files.isRegularFile(file)) {
      file(path, file, mode(file));
    } else {
      throw new IOException("file=" + file + " is neither a file, a folder nor a link");
    }
  }

  /** Adds a program, or a library, at the path that it has in a system, with its libraries. */
  public Initramfs program(Sysroot sysroot, String path) throws IOException {
    return program(sysroot, path, path);
  }

  /** Adds a program at another path than it has in a system, with its libraries. */
  public Initramfs program(Sysroot sysroot, String path, String at) throws IOException {
    Path file = sysroot.get(path);
    file(at, file, PROGRAM_MODE);
    return withLibrariesOf(file, at, sysroot);
  }

  /** Adds a shared library by its name, as {@code libz.so.1}, with those that it needs. */
  public Initramfs library(Sysroot sysroot, String name) throws IOException {
    LibraryClosure closure = new LibraryClosure(sysroot);
    closure.addNamed(name);
    closure.libraries().forEach((path, library) -> file(path, library, PROGRAM_MODE));
    return this;
  }

  /**
   * Adds the shared libraries that a file needs, as a system's loader finds them; a file that is
   * not ELF needs none.
   *
   * @param file on the building machine
   * @param at its path in the image, which its {@code $ORIGIN} goes by
   * @throws IOException naming a library that neither the system nor this image has
   */
  public Initramfs withLibrariesOf(Path file, String at, Sysroot sysroot) throws IOException {
    if (ElfFile.isElf(file)) {
      LibraryClosure closure = new LibraryClosure(sysroot, this::hasFile);
      closure.add(file, Path.of(at).getParent().toString());
      closure.libraries().forEach((path, library) -> file(path, library, PROGRAM_MODE));
    }
    return this;
  }

  /**
   * Adds busybox as {@code /bin/busybox}, with a link for each of its applets in {@code /bin}.
   *
   * @param busybox a static one, which must run on this machine
   */
  public Initramfs busybox(Path busybox) throws IOException {
    file("/bin/busybox", busybox, PROGRAM_MODE);
    String applets =
        new ExternalProgram(busybox.toAbsolutePath().toString(), "it must be a program")
            .run(Path.of("/"), "--list");
    for (String applet : applets.lines().toList()) {
      if (!applet.equals("busybox")) {
        link("/bin/" + applet, "busybox");
      }
    }
    return this;
  }

  /**
   * Adds kernel modules and what they depend on as {@code /lib/modules/NAME.ko}, and the order to
   * load them in as {@code /lib/modules/order}, a path a line.
   */
  public Initramfs modules(KernelModules modules, Collection<String> names) throws IOException {
    StringBuilder order = new StringBuilder();
    for (Map.Entry<String, byte[]> module : modules.closure(names).entrySet()) {
      String path = "/lib/modules/" + module.getKey() + ".ko";
      content(path, module.getValue(), FILE_MODE);
      order.append(path).append('\n');
    }
    return text("/lib/modules/order", order.toString());
  }

  /** Takes a path out again, and all that is below it. */
  public Initramfs without(String path) {
    String name = name(path);
    entries.keySet().removeIf(key -> key.equals(name) || key.startsWith(name + "/"));
    return this;
  }

  /**
   * A copy of a part, with the folders above it.
   *
   * @param wanted asked of each entry's path
   */
  public Initramfs part(Predicate<String> wanted) {
    Initramfs part = new Initramfs();
    entries.forEach(
        (name, entry) -> {
          if (wanted.test("/" + name)) {
            part.put("/" + name, entry);
          }
        });
    return part;
  }

  /** The paths of all entries, absolute and sorted. */
  public List<String> paths() {
    return entries.keySet().stream().map(name -> "/" + name).toList();
  }

  /** Bytes of content at or below a path, before compression. */
  public long bytes(String path) throws IOException {
    long sum = 0;
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (isAtOrBelow("/" + entry.getKey(), path)) {
        sum += entry.getValue().bytes();
      }
    }
    return sum;
  }

  /** Whether an absolute path is another one, or lies below it. */
  static boolean isAtOrBelow(String path, String other) {
    return other.equals("/") || path.equals(other) || path.startsWith(other + "/");
  }

  /** Packs everything, compressed by gzip. */
  public void write(Path archive) throws IOException {
    try (OutputStream out = new BestGzip(Files.newOutputStream(archive))) {
      writeCpio(out);
    }
  }

  /** Packs everything, not compressed. */
  public void writeCpio(OutputStream out) throws IOException {
    CpioArchiveOutputStream cpio = new CpioArchiveOutputStream(out, CpioConstants.FORMAT_NEW);
    long inode = 1;
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      write(entry.getKey(), entry.getValue(), inode++, cpio);
    }
    cpio.finish();
    out.flush();
  }

  /** Packs everything as a tar archive, for tools that make other file systems of it. */
  public void writeTar(OutputStream out) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      write(entry.getKey(), entry.getValue(), tar);
    }
    tar.finish();
    out.flush();
  }

  private static void write(String name, Entry entry, TarArchiveOutputStream tar)
      throws IOException {
    TarArchiveEntry header = new TarArchiveEntry(name, kind(entry));
    header.setModTime(FileTime.from(TIME, TimeUnit.SECONDS));
    header.setUserName("root");
    header.setGroupName("root");
    if (entry instanceof Folder folder) {
      header.setMode(folder.mode());
    } else if (entry instanceof Link link) {
      header.setMode(0777);
      header.setLinkName(link.target());
    } else if (entry instanceof CharacterDevice device) {
      header.setMode(device.mode());
      header.setDevMajor(device.major());
      header.setDevMinor(device.minor());
    } else if (entry instanceof Content content) {
      header.setMode(content.mode());
      header.setSize(content.bytes());
    }
    tar.putArchiveEntry(header);
    if (entry instanceof Content content) {
      try (InputStream in = content.source().open()) {
        in.transferTo(tar);
      }
    }
    tar.closeArchiveEntry();
  }

  private static byte kind(Entry entry) {
    if (entry instanceof Folder) {
      return TarConstants.LF_DIR;
    }
    if (entry instanceof Link) {
      return TarConstants.LF_SYMLINK;
    }
    return entry instanceof CharacterDevice ? TarConstants.LF_CHR : TarConstants.LF_NORMAL;
  }

  private static void write(String name, Entry entry, long inode, CpioArchiveOutputStream cpio)
      throws IOException {
    CpioArchiveEntry header = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name);
    header.setInode(inode);
    header.setTime(TIME);
    header.setNumberOfLinks(entry instanceof Folder ? 2 : 1);
    if (entry instanceof Folder folder) {
      header.setMode(CpioConstants.C_ISDIR | folder.mode());
      cpio.putArchiveEntry(header);
    } else if (entry instanceof Link link) {
      byte[] target = link.target().getBytes(StandardCharsets.UTF_8);
      header.setMode(CpioConstants.C_ISLNK | 0777);
      header.setSize(target.length);
      cpio.putArchiveEntry(header);
      cpio.write(target);
    } else if (entry instanceof CharacterDevice device) {
      header.setMode(CpioConstants.C_ISCHR | device.mode());
      header.setRemoteDeviceMaj(device.major());
      header.setRemoteDeviceMin(device.minor());
      cpio.putArchiveEntry(header);
    } else if (entry instanceof Content content) {
      header.setMode(CpioConstants.C_ISREG | content.mode());
      header.setSize(content.bytes());
      cpio.putArchiveEntry(header);
      try (InputStream in = content.source().open()) {
        in.transferTo(cpio);
      }
    }
    cpio.closeArchiveEntry();
  }

  private Initramfs put(String path, Entry entry) {
    String name = name(path);
    for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      String parent = name.substring(0, slash);
      Entry above = entries.putIfAbsent(parent, new Folder(PROGRAM_MODE));
      if (above != null && !(above instanceof Folder)) {
        throw new IllegalArgumentException(
            "path=" + path + " lies below /" + parent + ", which is not a folder");
      }
    }
    entries.put(name, entry);
    return this;
  }

  private boolean hasFile(String name) {
    return entries.keySet().stream().anyMatch(path -> path.endsWith("/" + name));
  }

  private static String name(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path=" + path + " is not absolute");
    }
    return Path.of(path).normalize().toString().substring(1);
  }

  private static int mode(Path file) {
    try {
      return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS)
          & PERMISSIONS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
