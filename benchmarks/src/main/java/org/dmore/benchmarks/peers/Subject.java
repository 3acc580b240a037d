package org.dmore.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.benchmarks.rig.AnsweringPair;

/**
 * The servers that are compared. Each starts in processes of its own, on a port of the loopback.
 */
public enum Subject {
  /** The embedded pair with the real consoled, in a JVM with the options of the dmore script. */
  DMORE("dmore", Optional.empty()) {
    @Override
    void start(Peer peer, Workshop workshop) throws IOException {
      peer.startApplication(Map.of(), Launch.jvm(AnsweringPair.class));
      peer.awaitReady(0);
    }
  },
  /** TigerVNC's X server, and an X client. */
  XVNC(
      "Xvnc",
      Optional.of("tigervnc-standalone-server"),
      Need.program("Xvnc", "tigervnc-standalone-server"),
      Need.COMPILER,
      Need.HEADERS,
      Need.file("/usr/include/X11/Xlib.h", "libx11-dev")) {
    @Override
    void start(Peer peer, Workshop workshop) throws IOException, InterruptedException {
      Path client = workshop.program("peer-x11", "-lX11");
      int port = Workshop.freePort();
      Launch.Xvnc server = Launch.xvnc(peer, port, 800, 600);
      peer.startApplication(Map.of("DISPLAY", server.display()), List.of(client.toString()));
      peer.awaitReady(port);
    }
  },
  /** libvncserver as it is by default: an update waits for 5 ms. */
  LIBVNCSERVER("libvncserver", "default", "called"),
  /** libvncserver when told to send at once. */
  LIBVNCSERVER_AT_ONCE("libvncserver, no deferral", "none", "called"),
  /**
   * The same, with an application that is not called by the server's thread but woken by it, as a
   * guest must be; the library serves each client by threads of its own.
   */
  LIBVNCSERVER_WAKES("libvncserver, application woken", "none", "thread"),
  /**
   * QEMU's server, and a boot sector in place of a guest's kernel. The server lets time pass after
   * each key event, 10 ms by default; 1 ms is the least that it can be told.
   */
  QEMU(
      "QEMU",
      Optional.of("qemu-system-x86"),
      Need.program("qemu-system-i386", "qemu-system-x86"),
      Need.COMPILER,
      Need.program("ld", "binutils")) {
    @Override
    void start(Peer peer, Workshop workshop) throws IOException, InterruptedException {
      Path image = workshop.bootSector("peer-guest");
      int port = Workshop.freePort();
      peer.startApplication(
          Map.of(),
          List.of(
              "qemu-system-i386",
              "-nodefaults",
              "-no-user-config",
              "-machine",
              "pc",
              "-accel",
              "tcg",
              "-m",
              "16",
              "-vga",
              "std",
              "-display",
              "none",
              "-vnc",
              "127.0.0.1:" + (port - FIRST_VNC_PORT) + ",share=force-shared,key-delay-ms=1",
              "-chardev",
              "stdio,id=answers,signal=off",
              "-serial",
              "chardev:answers",
              "-drive",
              "file=" + image + ",format=raw,if=floppy,readonly=on"));
      peer.awaitReady(port);
    }
  },
  /** No server: a C program that reads the same bytes and answers. */
  FLOOR("C floor", Optional.empty(), Need.COMPILER, Need.HEADERS) {
    @Override
    void start(Peer peer, Workshop workshop) throws IOException, InterruptedException {
      peer.startApplication(Map.of(), List.of(workshop.program("peer-floor").toString()));
      peer.awaitReady(0);
    }
  };

  private static final int FIRST_VNC_PORT = 5900;

  private final String title;
  private final Optional<String> versionedBy;

  /** How libvncserver's application is to be started; none for other servers. */
  @SuppressWarnings("ImmutableEnumChecker") // it is List.of's
  private final List<String> options;

  @SuppressWarnings("ImmutableEnumChecker") // it is List.of's
  private final List<Need> needs;

  Subject(String title, Optional<String> versionedBy, Need... needs) {
    this(title, versionedBy, List.of(), needs);
  }

  /** Of libvncserver. */
  Subject(String title, String deferral, String application) {
    this(
        title,
        Optional.of("libvncserver1"),
        List.of(deferral, application),
        Need.COMPILER,
        Need.HEADERS,
        Need.LIBVNCSERVER);
  }

  Subject(String title, Optional<String> versionedBy, List<String> options, Need... needs) {
    this.title = title;
    this.versionedBy = versionedBy;
    this.options = options;
    this.needs = List.of(needs);
  }

  /** As tables and files name it. */
  public String title() {
    return title;
  }

  /** Debian's package whose version is the server's; none for what is made here. */
  public Optional<String> versionedBy() {
    return versionedBy;
  }

  /** What of its needs is not installed, a text for each. */
  public List<String> missing() {
    return needs.stream().flatMap(need -> need.missing().stream()).toList();
  }

  /** Whether it speaks RFB. */
  boolean isServer() {
    return this != FLOOR;
  }

  /** Whether it is what dmore is compared to. */
  public boolean isPeer() {
    return isServer() && this != DMORE;
  }

  /** Starts it; returns when it takes keys. As it is here, an application of libvncserver's. */
  void start(Peer peer, Workshop workshop) throws IOException, InterruptedException {
    int port = Workshop.freePort();
    List<String> command = new ArrayList<>();
    command.add(workshop.program("peer-libvncserver", "-lvncserver").toString());
    command.add(Integer.toString(port));
    command.addAll(options);
    peer.startApplication(Map.of(), command);
    peer.awaitReady(port);
  }
}
