package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A VNC viewer that can be started.
 *
 * @param command its program, and arguments of its own
 * @param kind how it is told where to connect
 */
record ViewerProgram(List<String> command, Kind kind) {
  /** Those that are looked for, in order. */
  static final List<String> KNOWN =
      List.of("vncviewer", "xtigervncviewer", "gvncviewer", "remote-viewer");

  private static final int FIRST_PORT = 5900;

  /** How a viewer is told where to connect. */
  enum Kind {
    /** TigerVNC's and TightVNC's: {@code HOST::PORT}; take a password from a file. */
    VNCVIEWER,
    /** GTK-VNC's: {@code HOST:DISPLAY}. */
    GVNCVIEWER,
    /** virt-viewer's: {@code vnc://HOST:PORT}. */
    REMOTE_VIEWER,
    /** Any other: {@code HOST:PORT}. */
    OTHER;

    private static Kind of(String program) {
      Path file = Path.of(program).getFileName();
      String name = file == null ? "" : file.toString();
      if (name.equals("gvncviewer")) {
        return GVNCVIEWER;
      }
      if (name.equals("remote-viewer")) {
        return REMOTE_VIEWER;
      }
      return name.endsWith("vncviewer") ? VNCVIEWER : OTHER;
    }
  }

  /**
   * The one that was named, with arguments of its own after blanks.
   *
   * @throws IllegalArgumentException if nothing is named
   */
  static ViewerProgram of(String text) {
    List<String> words = List.of(text.strip().split("\\s+"));
    if (words.get(0).isEmpty()) {
      throw new IllegalArgumentException("the viewer's name is empty");
    }
    return new ViewerProgram(words, Kind.of(words.get(0)));
  }

  /**
   * The first that is there.
   *
   * @throws IOException if none is
   */
  static ViewerProgram find(List<Path> searchPath) throws IOException {
    for (String name : KNOWN) {
      for (Path folder : searchPath) {
        Path program = folder.resolve(name);
        if (Files.isExecutable(program) && !Files.isDirectory(program)) {
          return new ViewerProgram(List.of(program.toString()), Kind.of(name));
        }
      }
    }
    throw new IOException(
        "no viewer is installed: there is none of %s; install one (Debian: apt-get install"
                .formatted(KNOWN)
            + " tigervnc-viewer), or name yours with --viewer");
  }

  /** Whether it takes a password from a file. */
  boolean takesPasswordFile() {
    return kind == Kind.VNCVIEWER;
  }

  /** The whole command line. */
  List<String> arguments(NetworkAddress address, Optional<Path> passwordFile) {
    List<String> arguments = new ArrayList<>(command);
    passwordFile.ifPresent(file -> arguments.addAll(List.of("-passwd", file.toString())));
    String host = address.bracketed();
    arguments.add(
        switch (kind) {
          case VNCVIEWER -> host + "::" + address.port();
          case GVNCVIEWER -> host + ":" + (address.port() - FIRST_PORT);
          case REMOTE_VIEWER -> "vnc://" + host + ":" + address.port();
          case OTHER -> host + ":" + address.port();
        });
    return arguments;
  }
}
