package org.dmore.benchmarks.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.peers.Launch;
import org.dmore.benchmarks.peers.Need;
import org.dmore.benchmarks.peers.Peer;
import org.dmore.benchmarks.peers.Subject;
import org.dmore.benchmarks.peers.Workshop;
import org.dmore.benchmarks.rig.ShowingPair;

/** The servers that are compared, each with an application that shows frames of a file. */
public enum Server {
  /** The embedded pair with the real consoled; the guest shows the frames. */
  DMORE(Subject.DMORE) {
    @Override
    Stage start(Peer peer, Workshop workshop, Path frames) throws IOException {
      Process pair =
          peer.startApplication(Map.of(), Launch.jvm(ShowingPair.class, frames.toString()));
      peer.awaitReady(0);
      return new Stage(peer, pair, pair);
    }
  },
  /**
   * TigerVNC's X server, and an X client. There is no pointer, which the server would draw into the
   * picture of a client that does not.
   */
  XVNC(Subject.XVNC, Need.file("/usr/include/X11/extensions/XShm.h", "libxext-dev")) {
    @Override
    Stage start(Peer peer, Workshop workshop, Path frames)
        throws IOException, InterruptedException {
      Path client = workshop.program("video-x11", "-lX11", "-lXext");
      int port = Workshop.freePort();
      Launch.Xvnc server = Launch.xvnc(peer, port, Frame.WIDTH, Frame.HEIGHT, "-nocursor");
      Process application =
          peer.startApplication(
              Map.of("DISPLAY", server.display()), List.of(client.toString(), frames.toString()));
      peer.awaitReady(port);
      return new Stage(peer, server.process(), application);
    }
  },
  /** libvncserver as it is by default, its application in the same thread. */
  LIBVNCSERVER(Subject.LIBVNCSERVER) {
    @Override
    Stage start(Peer peer, Workshop workshop, Path frames)
        throws IOException, InterruptedException {
      Path program = workshop.program("video-libvncserver", "-lvncserver");
      int port = Workshop.freePort();
      Process process =
          peer.startApplication(
              Map.of(), List.of(program.toString(), Integer.toString(port), frames.toString()));
      peer.awaitReady(port);
      return new Stage(peer, process, process);
    }
  };

  private static final List<Need> CLIENTS = List.of(Need.COMPILER, Need.HEADERS, Need.LIBVNCSERVER);

  private final Subject subject;

  @SuppressWarnings("ImmutableEnumChecker") // it is List.of's
  private final List<Need> needs;

  Server(Subject subject, Need... needs) {
    this.subject = subject;
    this.needs = List.of(needs);
  }

  /** As tables and files name it. */
  public String title() {
    return subject.title();
  }

  /** What is measured. */
  Subject subject() {
    return subject;
  }

  /** What of its needs, and of the client's, is not installed, a text for each. */
  public List<String> missing() {
    return Stream.concat(
            subject.missing().stream(),
            Stream.concat(needs.stream(), CLIENTS.stream())
                .flatMap(need -> need.missing().stream()))
        .distinct()
        .toList();
  }

  /** Starts it; returns when it shows frames. */
  abstract Stage start(Peer peer, Workshop workshop, Path frames)
      throws IOException, InterruptedException;
}
