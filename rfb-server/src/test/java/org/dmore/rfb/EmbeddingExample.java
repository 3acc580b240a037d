package org.dmore.rfb;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.dmore.rfb.security.VncAuthentication;

/** The README's example: a blue desktop that says on its console what is typed. */
public final class EmbeddingExample {
  private EmbeddingExample() {}

  public static void main(String[] arguments) throws Exception {
    MemoryDesktop desktop = new MemoryDesktop(800, 600);
    desktop.fill(0, 0, 800, 600, 0x203080);
    try (RfbServer server =
        RfbServer.builder()
            .desktop(desktop)
            .input(client -> new Printer())
            .security(VncAuthentication.ofPassword(arguments[0]))
            .sharing(Sharing.ALWAYS_SHARED)
            .build()) {
      InetSocketAddress bound =
          server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      System.out.println("listening=" + bound);
      System.in.read();
    }
  }

  private static final class Printer implements InputSink {
    @Override
    public void key(boolean down, int keysym, int scancode) {
      System.out.printf("key down=%b keysym=%x scancode=%x%n", down, keysym, scancode);
    }

    @Override
    public void pointer(int buttons, int x, int y) {
      System.out.printf("pointer buttons=%d at=%d,%d%n", buttons, x, y);
    }

    @Override
    public void close() {
      System.out.println("gone");
    }
  }
}
