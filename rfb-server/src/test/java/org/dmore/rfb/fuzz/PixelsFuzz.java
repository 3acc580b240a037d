package org.dmore.rfb.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;

/**
 * Pixels there and back: what the server encodes, the tests' own client decodes and compares.
 *
 * <p>Input: 16 bytes of a pixel format, one of the encoding, two of the size, then what is painted:
 * 4 bytes each (where, how large, with what).
 */
public final class PixelsFuzz {
  private static final List<Integer> ENCODINGS =
      List.of(
          NullClient.RAW,
          NullClient.RRE,
          NullClient.HEXTILE,
          NullClient.ZLIB,
          NullClient.ZRLE,
          NullClient.TIGHT);

  private PixelsFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 19) {
      return;
    }
    try {
      run(new DataInputStream(new ByteArrayInputStream(input)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(DataInputStream in) throws IOException {
    Format format = Format.read(in);
    int encoding = ENCODINGS.get(in.readUnsignedByte() % ENCODINGS.size());
    MemoryDesktop desktop =
        new MemoryDesktop(1 + in.readUnsignedByte(), 1 + in.readUnsignedByte() % 100);
    paint(desktop, in);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Answers answers = new Answers();
    try (FuzzedSession session = new FuzzedSession(desktop, new NoAuthentication());
        NullClient client = NullClient.over(answers, said)) {
      answers.from(session, said);
      client.version("003.008");
      client.choose(1);
      client.init(true);
      client.setEncodings(encoding, NullClient.COPY_RECT);
      client.setPixelFormat(format);
      answers.exchange();
      if (!session.isOpen()) {
        return; // a format that no pixel can be written with
      }
      client.readUntilSame(desktop);
      paint(desktop, in);
      client.readUntilSame(desktop);
    }
  }

  private static void paint(MemoryDesktop desktop, DataInputStream in) throws IOException {
    int width = desktop.size().width();
    int height = desktop.size().height();
    for (int i = 0; i < 8 && in.available() >= 4; i++) {
      int x = in.readUnsignedByte() % width;
      int y = in.readUnsignedByte() % height;
      int w = width - x;
      int h = height - y;
      int how = in.readUnsignedByte();
      int what = in.readUnsignedByte();
      switch (how % 4) {
        case 0 -> desktop.scribble(new Random(what), x, y, w, h);
        case 1 -> desktop.fill(x, y, w, h, what * 0x010101);
        case 2 -> desktop.fill(x, y, 1 + how % w, 1 + what % h, how << 16 | what << 8);
        default -> desktop.copy(0, 0, x, y, w, h);
      }
    }
  }

  /** Reads what a session answers to what was said. */
  private static final class Answers extends java.io.InputStream {
    private FuzzedSession session;
    private ByteArrayOutputStream said;
    private ByteArrayInputStream heard = new ByteArrayInputStream(new byte[0]);

    void from(FuzzedSession asked, ByteArrayOutputStream asks) {
      session = asked;
      said = asks;
    }

    /** Says what is to be said and takes what comes. */
    void exchange() {
      byte[] bytes = said.toByteArray();
      said.reset();
      session.say(bytes, 1 << 16);
      for (int i = 0; i < 200; i++) {
        session.turn();
      }
      byte[] left = heard.readAllBytes();
      byte[] more = session.hear();
      byte[] all = new byte[left.length + more.length];
      System.arraycopy(left, 0, all, 0, left.length);
      System.arraycopy(more, 0, all, left.length, more.length);
      heard = new ByteArrayInputStream(all);
    }

    @Override
    public int read() {
      if (heard.available() == 0) {
        exchange();
      }
      return heard.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (heard.available() == 0) {
        exchange();
      }
      return heard.read(target, offset, length);
    }
  }
}
