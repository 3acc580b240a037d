package org.dmore.coordinator.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The console VM's image: Debian's kernel and an initramfs that holds a read-only root with
 * busybox, a small Java runtime and consoled. Nothing but the JDK and dmore's own jars comes from
 * the building machine's installation.
 *
 * <p>All of it is in memory, once, in the form that costs least:
 *
 * <ul>
 *   <li>What is read while consoled runs (the JVM, the archive of classes) is unpacked at boot into
 *       a tmpfs, whose pages can be mapped as they are. Those that nobody uses, most of them, go to
 *       swap in compressed memory one by one.
 *   <li>What is seldom read (the jars and the JDK's modules: the archive has the classes) stays in
 *       a squashfs. A block of it compresses twice as well as a page, and need not be unpacked at
 *       boot; but a page of it that is read again and again would be unpacked by the block.
 * </ul>
 *
 * <p>The first is unpacked in pieces, each deleted before the next, so that the archive and what
 * comes of it are not in memory together.
 */
public final class DomRImage {
  /**
   * The kernel for guests in clouds: of the plain one it lacks drivers, and 12 MiB of static
   * tables.
   */
  private static final String KERNEL = "cloud-";

  private static final List<String> PACKAGES =
      List.of(
          "busybox-static",
          "libc6",
          "libdeflate0",
          "libgcc-s1",
          "libstdc++6",
          "libturbojpeg0",
          "libxenevtchn1",
          "libxengnttab1",
          "libxenstore4",
          "zlib1g");

  /** Loaded by JNA, by name. */
  private static final List<String> LIBRARIES =
      List.of(
          "libxenevtchn.so.1",
          "libxengnttab.so.1",
          "libxenstore.so.4",
          "libturbojpeg.so.0",
          "libdeflate.so.0");

  private static final List<String> XEN_MODULES =
      List.of("xen-evtchn", "xen-gntdev", "xen-netfront");

  /**
   * What the root needs: a squashfs in a file, and swap in compressed memory with its compressor,
   * which zram does not name as what it needs.
   */
  private static final List<String> ROOT_MODULES = List.of("loop", "squashfs", "zstd", "zram");

  private static final String[] JAVA_MODULES = {
    "java.base", "java.logging", "jdk.httpserver", "jdk.unsupported"
  };

  /** Bouncy Castle gives TLS and certificates here, over the JDK's own algorithms. */
  private static final String[] NEVER_USED = {
    "org/bouncycastle/pqc/",
    "org/bouncycastle/x509/",
    "org/bouncycastle/jsse/",
    "org/bouncycastle/mozilla/",
    "org/bouncycastle/pkix/",
    "org/bouncycastle/oer/",
    "org/bouncycastle/est/",
    "org/bouncycastle/asn1/cmc/",
    "org/bouncycastle/asn1/cmp/",
    "org/bouncycastle/tsp/",
    "org/bouncycastle/dvcs/",
    "io/micrometer/core/instrument/binder/",
    "io/micrometer/core/instrument/dropwizard/",
    "io/micrometer/core/aop/",
    "io/netty/handler/codec/spdy/",
    "io/netty/handler/codec/rtsp/"
  };

  private static final String HOME = "/opt/dmore";
  private static final String REHEARSAL = "org.dmore.coordinator.demo.ConsoleRehearsal";

  private static final String SERVER = HOME + "/runtime/lib/server";
  private static final String MODULES = HOME + "/runtime/lib/modules";
  private static final String JARS = HOME + "/lib";
  private static final String CLASSES = HOME + "/classes.jsa";

  /** Where the squashfs is mounted; it has what is in it at the paths where it is looked for. */
  private static final String SELDOM_AT = "/seldom";

  private static final List<String> SELDOM = List.of(MODULES, JARS);

  /**
   * Not archived: the rehearsal's props, and what only a console with {@code dmore.keys} loads, a
   * fifth of the archive.
   */
  private static final List<String> NOT_ARCHIVED =
      List.of(
          "org/dmore/coordinator/",
          "org/dmore/xen/embedded/",
          "org/dmore/vdev/frontend/",
          "org/bouncycastle/",
          "sun/security/ssl/",
          "sun/security/ec/",
          "sun/security/x509/",
          "sun/security/pkcs",
          "sun/security/rsa/",
          "sun/security/validator/");

  /** Of the linked runtime's folder, what nothing needs while it runs. */
  private static final Set<Path> LEFT_OUT =
      Set.of(
          Path.of("runtime/legal"),
          Path.of("runtime/release"),
          Path.of("runtime/bin/keytool"),
          Path.of("runtime/bin/jrunscript"),
          Path.of("runtime/lib/jspawnhelper"),
          Path.of("runtime/lib/jexec"));

  private final Path cache;
  private final Progress progress;

  /**
   * Prepares builds.
   *
   * @param cache a folder for packages and what is made of them, to be used again
   */
  public DomRImage(Path cache, Progress progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * What was built.
   *
   * @param kernel the kernel, an uncompressed ELF file
   * @param initrd the initramfs
   * @param configuration a sample for xl
   * @param parts bytes of each part of the root file system before compression, by its name
   * @param unpacked bytes that are unpacked at boot
   * @param seldom bytes of what stays compressed in memory
   */
  public record Image(
      Path kernel,
      Path initrd,
      Path configuration,
      Map<String, Long> parts,
      long unpacked,
      long seldom) {}

  /**
   * Builds the image's files in a folder.
   *
   * @param out the folder; made if it is missing, and what it has of these names is replaced
   * @param additions folders whose content is laid over the root file system: keys, a password
   */
  public Image build(Path out, List<Path> additions) throws IOException {
    Files.createDirectories(out);
    Files.createDirectories(cache);
    DebianPackages packages = new DebianPackages(cache.resolve("packages"), progress);
    Sysroot debian = packages.unpack(packages.withLibraries(PACKAGES));
    Sysroot kernelFiles = packages.unpack(packages.kernel(KERNEL));
    KernelModules modules = KernelModules.of(kernelFiles);
    Path kernel = kernel(kernelFiles, modules.release());
    JavaRuntime runtime = runtime();

    Initramfs root = root(debian, modules, runtime);
    for (Path addition : additions) {
      root.tree(addition, "/");
    }
    Map<String, Long> parts = parts(root);
    progress.step("packing the root file system");
    Path work = Files.createTempDirectory(out, ".root-");
    long unpacked;
    long seldom;
    try {
      Initramfs boot =
          new Initramfs()
              .file("/bin/busybox", debian.get("/bin/busybox"), 0755)
              .folders("/dev", "/proc", "/root", "/sys")
              .characterDevice("/dev/console", 5, 1, 0600)
              .script("/init", resource("first-stage"))
              .text("/sysctl.conf", resource("sysctl.conf"))
              .modules(modules, ROOT_MODULES)
              .file("/seldom.squashfs", squashfs(root, packages, work), 0644);
      seldom = boot.bytes("/seldom.squashfs");
      for (String path : SELDOM) {
        root.without(path).link(path, SELDOM_AT + path);
      }
      unpacked = root.bytes("/");
      for (Path piece : pieces(root.folders(SELDOM_AT), work)) {
        boot.file("/pieces/" + piece.getFileName(), piece, 0644);
      }
      progress.step("packing the initramfs");
      // The most of it is compressed: doing so again would only take the VM's time.
      try (OutputStream to =
          new BufferedOutputStream(Files.newOutputStream(out.resolve("initrd")))) {
        boot.writeCpio(to);
      }
    } finally {
      FileTree.delete(work);
    }
    Files.copy(kernel, out.resolve("kernel"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(out.resolve("domr.cfg"), resource("domr.cfg"));
    return new Image(
        out.resolve("kernel"),
        out.resolve("initrd"),
        out.resolve("domr.cfg"),
        parts,
        unpacked,
        seldom);
  }

  private static Path squashfs(Initramfs root, DebianPackages packages, Path work)
      throws IOException {
    Path image = work.resolve("seldom");
    new Squashfs(packages).pack(root.part(path -> isBelowAny(path, SELDOM)), image);
    return image;
  }

  /**
   * The pieces of the root, the largest files last: when memory becomes short, what was written
   * first goes to swap, and the JVM begins with what was written last.
   */
  private static List<Path> pieces(Initramfs root, Path work) throws IOException {
    Path rest = work.resolve("1-rest");
    Path server = work.resolve("2-jvm");
    Path classes = work.resolve("3-classes");
    root.part(path -> !isBelowAny(path, List.of(SERVER, CLASSES))).write(rest);
    root.part(path -> Initramfs.isAtOrBelow(path, SERVER)).write(server);
    root.part(path -> Initramfs.isAtOrBelow(path, CLASSES)).write(classes);
    return List.of(rest, server, classes);
  }

  private static boolean isBelowAny(String path, List<String> others) {
    return others.stream().anyMatch(other -> Initramfs.isAtOrBelow(path, other));
  }

  private Path kernel(Sysroot files, String release) throws IOException {
    Path kernel = cache.resolve("kernel-" + release);
    if (!Files.exists(kernel)) {
      Path unfinished = Files.createTempFile(cache, ".kernel-", "");
      try {
        KernelImage.extract(files.get("/boot/vmlinuz-" + release), unfinished, progress);
        Files.move(unfinished, kernel, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    }
    return kernel;
  }

  private JavaRuntime runtime() throws IOException {
    Path logging = cache.resolve("slf4j-simple.jar");
    try (InputStream in = DomRImage.class.getResourceAsStream("slf4j-simple.jar")) {
      if (in == null) {
        throw new IOException("slf4j-simple.jar is not in dmore's jar: build it with mvn package");
      }
      Files.copy(in, logging, StandardCopyOption.REPLACE_EXISTING);
    }
    JavaRuntime.Builder builder =
        JavaRuntime.builder(progress)
            .modules(JAVA_MODULES)
            .jars(ConsoledJars.find())
            .jars(List.of(logging))
            .nativeLibrary("jna", "com/sun/jna/linux-x86-64/libjnidispatch.so")
            .nativeLibrary(
                "netty-transport-native-epoll",
                "META-INF/native/libnetty_transport_native_epoll_x86_64.so")
            .without(NEVER_USED)
            .rehearsal(
                new JavaRuntime.Rehearsal(
                    ConsoledJars.rehearsal(),
                    REHEARSAL,
                    List.of("-XX:+UseSerialGC"),
                    NOT_ARCHIVED));
    if (Runtime.version().feature() < 22) {
      builder.modules("jdk.crypto.ec"); // later versions have it in java.base
    }
    return builder.build(cache);
  }

  private Initramfs root(Sysroot debian, KernelModules modules, JavaRuntime runtime)
      throws IOException {
    Initramfs root =
        new Initramfs()
            .folders("/dev", "/etc", "/proc", "/run", "/sys", "/var")
            .folder("/tmp", 01777)
            .busybox(debian.get("/bin/busybox"))
            .link("/sbin/poweroff", "/bin/busybox")
            .link("/sbin/reboot", "/bin/busybox")
            .link("/sbin/halt", "/bin/busybox")
            .script("/sbin/init", resource("init"))
            .text(
                "/etc/passwd", "root:x:0:0:root:/:/bin/sh\ndmore:x:100:100:consoled:/:/bin/false\n")
            .text("/etc/group", "root:x:0:\ndmore:x:100:\n")
            .text("/etc/hosts", "127.0.0.1 localhost domr\n")
            .link("/etc/inittab", "/run/inittab")
            .link("/etc/resolv.conf", "/run/resolv.conf")
            .modules(modules, XEN_MODULES)
            .text(HOME + "/jvm", resource("jvm"))
            .text(HOME + "/jvm-small", resource("jvm-small"))
            .tree(runtime.folder(), HOME, path -> !LEFT_OUT.contains(path));
    for (String script : List.of("start", "network", "lease", "supervise")) {
      root.script("/etc/dmore/" + script, resource(script));
    }
    for (String library : LIBRARIES) {
      root.library(debian, library);
    }
    try (Stream<Path> files = Files.walk(runtime.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = runtime.folder().relativize(file);
        if (!LEFT_OUT.contains(relative)) {
          root.withLibrariesOf(file, HOME + "/" + relative, debian);
        }
      }
    }
    return root;
  }

  private static Map<String, Long> parts(Initramfs root) throws IOException {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("JVM", root.bytes(SERVER));
    parts.put("JDK's modules", root.bytes(MODULES));
    parts.put("class archive", root.bytes(CLASSES));
    parts.put("jars", root.bytes(JARS));
    parts.put("shared libraries", root.bytes("/lib") + root.bytes("/usr") + root.bytes("/lib64"));
    parts.put("busybox", root.bytes("/bin"));
    long rest = root.bytes("/");
    for (long part : parts.values()) {
      rest -= part;
    }
    parts.put("the rest", rest);
    return parts;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DomRImage.class.getResourceAsStream("domr/" + name)) {
      if (in == null) {
        throw new IllegalStateException("resource=domr/" + name + " is not there");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
