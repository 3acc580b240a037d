package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.machine.Tool;

/** This terminal as the terminal of a shell in dom0. */
final class DomShell {
  private static final int SHELL_PORT = 2322;
  private static final int LEAVE = 0x1d; // Ctrl-]

  private final Dom0 dom0;

  DomShell(Dom0 dom0) {
    this.dom0 = dom0;
  }

  /** Until the shell ends or Ctrl-] is pressed. */
  void run() throws IOException, InterruptedException {
    String before = terminal("-g").strip();
    String[] size = terminal("size").strip().split(" ", 2);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(dom0.address(), SHELL_PORT), 5_000);
      socket.setTcpNoDelay(true);
      OutputStream to = socket.getOutputStream();
      if (size.length == 2) {
        to.write(
            "stty rows %s cols %s\n"
                .formatted(size[0], size[1])
                .getBytes(StandardCharsets.US_ASCII));
      }
      terminal("raw", "-echo");
      Thread keys = new Thread(() -> sendKeys(socket, to), "keys");
      keys.setDaemon(true);
      keys.start();
      InputStream from = socket.getInputStream();
      byte[] buffer = new byte[8192];
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        System.out.write(buffer, 0, n);
        System.out.flush();
      }
    } catch (java.net.SocketException e) {
      // Left with Ctrl-], or dom0 is gone.
    } finally {
      terminal(before);
      System.out.println();
    }
  }

  private static void sendKeys(Socket socket, OutputStream to) {
    try (socket) {
      for (int key = System.in.read(); key >= 0 && key != LEAVE; key = System.in.read()) {
        to.write(key);
      }
    } catch (IOException e) {
      // The shell has ended.
    }
  }

  /** stty speaks of its standard input, which must be this terminal. */
  private static String terminal(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 3];
    command[0] = "stty";
    command[1] = "-F";
    command[2] = "/dev/tty";
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return Tool.run(command);
  }
}
