package org.dmore.rfb.nullclient;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.security.VncAuthentication;

/**
 * An RFB client that shows nothing and checks everything: it decodes into memory, refuses what it
 * did not offer, and compares with the true desktop. Blocking; used by one thread.
 */
public final class NullClient implements AutoCloseable {
  public static final int RAW = 0;
  public static final int COPY_RECT = 1;
  public static final int RRE = 2;
  public static final int HEXTILE = 5;
  public static final int ZLIB = 6;
  public static final int TIGHT = 7;
  public static final int ZRLE = 16;
  public static final int JPEG = 21;
  public static final int TIGHT_PNG = -260;
  public static final int CURSOR = -239;
  public static final int DESKTOP_SIZE = -223;
  public static final int LAST_RECT = -224;
  public static final int QEMU_KEY = -258;
  public static final int EXTENDED_DESKTOP_SIZE = -308;
  public static final int CURSOR_WITH_ALPHA = -314;
  public static final int DESKTOP_NAME = -307;
  public static final int XVP = -309;
  public static final int POINTER_MOTION = -257;
  public static final int MOUSE_BUTTONS = -316;
  public static final int CLIPBOARD = 0xc0a1e5ce;
  public static final int FENCE = -312;
  public static final int CONTINUOUS_UPDATES = -313;

  private static final int TIMEOUT_MILLIS = 5_000;

  private final Socket socket;
  private DataInputStream in;
  private DataOutputStream out;
  private final Inflater zlib = new Inflater();
  private final Inflater zrle = new Inflater();
  private final TightDecoder tight = new TightDecoder();
  private final Map<Integer, Integer> rectangles = new HashMap<>();
  private final int[] colourMap = new int[256];

  private final Set<Integer> offered = new HashSet<>(Set.of(RAW));
  private Format format = Format.RGB888;
  private int width;
  private int height;
  private int[] pixels;
  private String name = "";
  private String layout = "";
  private String cursor = "";
  private boolean colourMapKnown;
  private String clipboard = "";
  private boolean absolute = true;
  private int xvp = -1;
  private final List<String> fenceAnswers = new ArrayList<>();
  private int fencesAsked;
  private boolean answersFences = true;
  private int endsOfContinuousUpdates;

  private NullClient(Socket socket, InputStream in, OutputStream out) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
    this.out = new DataOutputStream(out);
  }

  private NullClient(InputStream heard, OutputStream said) {
    socket = new Socket();
    in = new DataInputStream(heard);
    out = new DataOutputStream(said);
  }

  /** Speaks over streams that stand for a connection. */
  public static NullClient over(InputStream heard, OutputStream said) {
    return new NullClient(heard, said);
  }

  /** Connects and says nothing. */
  public static NullClient open(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    return new NullClient(socket, socket.getInputStream(), socket.getOutputStream());
  }

  /**
   * Speaks RFB within something else.
   *
   * @param socket what it closes
   */
  public static NullClient within(Socket socket, InputStream in, OutputStream out)
      throws IOException {
    return new NullClient(socket, in, out);
  }

  /** Connects by 3.8 and None, sharing. */
  public static NullClient connect(int port) throws IOException {
    NullClient client = open(port);
    try {
      client.version("003.008");
      client.choose(1);
      client.init(true);
      return client;
    } catch (IOException e) {
      client.socket.close();
      throw e;
    }
  }

  /** Connects by 3.8 and VNC Authentication; returns the security result, 0 if it is in. */
  public int authenticate(String password) throws IOException {
    version("003.008");
    in.readFully(new byte[in.readUnsignedByte()]);
    out.writeByte(2);
    byte[] challenge = new byte[16];
    in.readFully(challenge);
    out.write(
        VncAuthentication.response(password.getBytes(StandardCharsets.ISO_8859_1), challenge));
    return in.readInt();
  }

  /** What is said from now on goes through these, which are laid over {@link #socket}. */
  public void upgrade(InputStream input, OutputStream output) {
    in = new DataInputStream(new BufferedInputStream(input, 1 << 16));
    out = new DataOutputStream(output);
  }

  /** Answers the server's version with another. */
  public void version(String version) throws IOException {
    byte[] servers = new byte[12];
    in.readFully(servers);
    assertThat(
        new String(servers, StandardCharsets.US_ASCII).equals("RFB 003.008\n"), "server's version");
    send(("RFB " + version + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** 3.8: chooses a security type, and waits for its result if it is None. */
  public void choose(int type) throws IOException {
    in.readFully(new byte[in.readUnsignedByte()]);
    out.writeByte(type);
    if (type == 1) {
      assertThat(in.readInt() == 0, "security result");
    }
  }

  public void init(boolean shared) throws IOException {
    out.writeByte(shared ? 1 : 0);
    resizeTo(in.readUnsignedShort(), in.readUnsignedShort());
    byte[] servers = new byte[16];
    in.readFully(servers);
    assertThat(Arrays.equals(servers, Format.RGB888.toBytes()), "server's pixel format");
    name = readString();
  }

  public String name() {
    return name;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The last ExtendedDesktopSize: {@code reason/status WxH screens id}. */
  public String layout() {
    return layout;
  }

  /** The last cursor: {@code WxH+X+Y mask}. */
  public String cursor() {
    return cursor;
  }

  /** What the server said last about its clipboard: {@code latin1 TEXT}, {@code provide TEXT}... */
  public String clipboard() {
    return clipboard;
  }

  /** Whether the server takes positions. */
  public boolean isAbsolute() {
    return absolute;
  }

  /** The last xvp code; -1 if there was none. */
  public int xvp() {
    return xvp;
  }

  /** How many rectangles of an encoding came. */
  public int rectangles(int encoding) {
    return rectangles.getOrDefault(encoding, 0);
  }

  public DataInputStream in() {
    return in;
  }

  public Socket socket() {
    return socket;
  }

  // ---- what it says

  public void send(byte... bytes) throws IOException {
    out.write(bytes);
  }

  /** Offers these; updates that are on their way may still carry what was offered before. */
  public void setEncodings(Integer... encodings) throws IOException {
    offered.addAll(Arrays.asList(encodings));
    message(
        m -> {
          m.writeByte(2);
          m.writeByte(0);
          m.writeShort(encodings.length);
          for (int encoding : encodings) {
            m.writeInt(encoding);
          }
        });
  }

  public void setPixelFormat(Format wanted) throws IOException {
    expect(wanted);
    askForPixelFormat(wanted);
  }

  /** Asks for a format, and goes on to expect the one before until {@link #expect}. */
  public void askForPixelFormat(Format wanted) throws IOException {
    message(
        m -> {
          m.write(new byte[4]);
          m.write(wanted.toBytes());
        });
  }

  /** From the next update on pixels are of this format. */
  public void expect(Format wanted) {
    format = wanted;
    colourMapKnown = false;
  }

  public void request(boolean incremental) throws IOException {
    request(incremental, 0, 0, width, height);
  }

  public void request(boolean incremental, int x, int y, int w, int h) throws IOException {
    message(
        m -> {
          m.writeByte(3);
          m.writeBoolean(incremental);
          m.writeShort(x);
          m.writeShort(y);
          m.writeShort(w);
          m.writeShort(h);
        });
  }

  public void key(boolean down, int keysym) throws IOException {
    send(keyMessage(down, keysym));
  }

  public static byte[] keyMessage(boolean down, int keysym) {
    return new byte[] {
      4,
      (byte) (down ? 1 : 0),
      0,
      0,
      (byte) (keysym >> 24),
      (byte) (keysym >> 16),
      (byte) (keysym >> 8),
      (byte) keysym
    };
  }

  public void setDesktopSize(int w, int h) throws IOException {
    message(
        m -> {
          m.writeByte(251);
          m.writeByte(0);
          m.writeShort(w);
          m.writeShort(h);
          m.writeByte(1);
          m.writeByte(0);
          m.writeInt(1);
          m.writeInt(0);
          m.writeShort(w);
          m.writeShort(h);
          m.writeInt(0);
        });
  }

  private interface Content {
    void writeTo(DataOutputStream message) throws IOException;
  }

  private void message(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.writeTo(new DataOutputStream(bytes));
    send(bytes.toByteArray());
  }

  // ---- what it hears

  /** Reads one update, and what comes before it. */
  public void readUpdate() throws IOException {
    while (read() != 0) {
      // a colour map
    }
  }

  /** Reads one message; returns its type. */
  public int read() throws IOException {
    int type = in.readUnsignedByte();
    switch (type) {
      case 0 -> readUpdateBody();
      case 1 -> readColourMap();
      case 2 -> {
        // A bell.
      }
      case 3 -> readCutText();
      case 250 -> {
        assertThat(offered.contains(XVP), "xvp was not offered");
        assertThat(in.readUnsignedByte() == 0 && in.readUnsignedByte() == 1, "xvp version");
        xvp = in.readUnsignedByte();
      }
      case 150 -> {
        assertThat(offered.contains(CONTINUOUS_UPDATES), "continuous updates were not offered");
        endsOfContinuousUpdates++;
      }
      case 248 -> readFence();
      default -> throw new IOException("message of type=" + type);
    }
    return type;
  }

  /** Answers a fence at once, as a client does that has dealt with all before it. */
  private void readFence() throws IOException {
    assertThat(offered.contains(FENCE), "fences were not offered");
    in.readFully(new byte[3]);
    int flags = in.readInt();
    byte[] payload = new byte[in.readUnsignedByte()];
    assertThat(payload.length <= 64, "fence of bytes=" + payload.length);
    in.readFully(payload);
    if (flags < 0) {
      fencesAsked++;
      if (answersFences) {
        fence(flags & 7, payload);
      }
    } else {
      fenceAnswers.add(flags + " " + new String(payload, StandardCharsets.US_ASCII));
    }
  }

  public void fence(int flags, byte[] payload) throws IOException {
    message(
        m -> {
          m.writeByte(248);
          m.write(new byte[3]);
          m.writeInt(flags);
          m.writeByte(payload.length);
          m.write(payload);
        });
  }

  public void enableContinuousUpdates(boolean enable, int x, int y, int w, int h)
      throws IOException {
    message(
        m -> {
          m.writeByte(150);
          m.writeBoolean(enable);
          m.writeShort(x);
          m.writeShort(y);
          m.writeShort(w);
          m.writeShort(h);
        });
  }

  /** Answers to this client's fences: {@code flags payload}. */
  public List<String> fenceAnswers() {
    return fenceAnswers;
  }

  /** From now on it leaves the server's fences without an answer. */
  public void leaveFencesUnanswered() {
    answersFences = false;
  }

  /** How many fences the server asked to be answered. */
  public int fencesAsked() {
    return fencesAsked;
  }

  public int endsOfContinuousUpdates() {
    return endsOfContinuousUpdates;
  }

  /** Reads, and asks for nothing, until the picture is the desktop's. */
  public void listenUntilSame(Desktop desktop) throws IOException {
    while (!isSame(desktop)) {
      read();
    }
  }

  /**
   * Asks and reads until the picture is the desktop's.
   *
   * @throws IOException if nothing comes for 5 s
   */
  public void readUntilSame(Desktop desktop) throws IOException {
    while (!isSame(desktop)) {
      request(true);
      read();
    }
  }

  /** Whether the picture is the desktop's; where the sizes differ, cropped and black. */
  public boolean isSame(Desktop desktop) {
    boolean follows = offered.contains(DESKTOP_SIZE) || offered.contains(EXTENDED_DESKTOP_SIZE);
    if (follows && !desktop.size().equals(new Desktop.Size(width, height))) {
      return false;
    }
    int[] wanted = new int[width * height];
    desktop.copyPixels(0, 0, width, height, wanted, 0, width);
    for (int i = 0; i < wanted.length; i++) {
      if (!shows(pixels[i], wanted[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether a part of the picture is the desktop's. */
  public boolean isSame(Desktop desktop, int x, int y, int w, int h) {
    int[] wanted = new int[w * h];
    desktop.copyPixels(x, y, w, h, wanted, 0, w);
    for (int i = 0; i < wanted.length; i++) {
      if (!shows(pixels[(y + i / w) * width + x + i % w], wanted[i])) {
        return false;
      }
    }
    return true;
  }

  /** How many rectangles came as JPEG images, by whatever encoding. */
  public int images() {
    return tight.images();
  }

  /**
   * How near the picture is to the desktop: 10 log10(255² / mean square error) over all colours, in
   * dB; infinite if they are the same. For formats that keep 24 bits.
   */
  public double psnr(Desktop desktop) {
    int[] wanted = new int[width * height];
    desktop.copyPixels(0, 0, width, height, wanted, 0, width);
    double sum = 0;
    for (int i = 0; i < wanted.length; i++) {
      int rgb = format.rgb(pixels[i]);
      for (int shift = 0; shift < 24; shift += 8) {
        double error = (rgb >> shift & 0xff) - (wanted[i] >> shift & 0xff);
        sum += error * error;
      }
    }
    return 10 * Math.log10(255.0 * 255.0 * 3 * wanted.length / sum);
  }

  private boolean shows(int pixel, int rgb) {
    if (format.trueColour()) {
      return format.shows(pixel, rgb);
    }
    if (!colourMapKnown) {
      return false;
    }
    int colour = colourMap[pixel & 0xff];
    for (int shift = 0; shift < 24; shift += 8) {
      if (Math.abs((colour >> shift & 0xff) - (rgb >> shift & 0xff)) > 26) {
        return false;
      }
    }
    return true;
  }

  private void readCutText() throws IOException {
    in.readFully(new byte[3]);
    int length = in.readInt();
    if (length >= 0) {
      byte[] text = new byte[length];
      in.readFully(text);
      clipboard = "latin1 " + new String(text, StandardCharsets.ISO_8859_1);
      return;
    }
    assertThat(offered.contains(CLIPBOARD), "the extended clipboard was not offered");
    int flags = in.readInt();
    byte[] body = new byte[-length - 4];
    in.readFully(body);
    boolean text = (flags & 1) != 0;
    switch (flags & 0xffff0000) {
      case 0x1f000000 ->
          clipboard = "caps " + new DataInputStream(new ByteArrayInputStream(body)).readInt();
      case 0x02000000 -> clipboard = "request " + text;
      case 0x08000000 -> clipboard = "notify " + text;
      case 0x10000000 -> {
        Inflater once = new Inflater();
        DataInputStream provided = inflate(once, body, -1);
        assertThat(once.finished(), "a provided clipboard that does not end");
        once.end();
        byte[] utf8 = new byte[provided.readInt()];
        provided.readFully(utf8);
        assertThat(provided.read() < 0, "bytes after a provided text");
        assertThat(utf8.length > 0 && utf8[utf8.length - 1] == 0, "a text without a NUL");
        clipboard = "provide " + new String(utf8, 0, utf8.length - 1, StandardCharsets.UTF_8);
      }
      default -> throw new IOException("clipboard flags=0x%08x".formatted(flags));
    }
  }

  /** An extended clipboard message: its flags, and what comes after them. */
  public void sendClipboard(int flags, byte... body) throws IOException {
    message(
        m -> {
          m.writeInt(0x06000000);
          m.writeInt(-(4 + body.length));
          m.writeInt(flags);
          m.write(body);
        });
  }

  /** Provides a text as a client with the extended clipboard does. */
  public void provide(String text) throws IOException {
    byte[] utf8 = (text.replace("\n", "\r\n") + "\0").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream zlib = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      zlib.writeInt(utf8.length);
      zlib.write(utf8);
    }
    sendClipboard(0x10000001, bytes.toByteArray());
  }

  public void pointer(int buttons, int x, int y) throws IOException {
    message(
        m -> {
          m.writeByte(5);
          m.writeByte(buttons < 0x80 ? buttons : 0x80 | (buttons & 0x7f));
          m.writeShort(x);
          m.writeShort(y);
          if (buttons >= 0x80) {
            assertThat(offered.contains(MOUSE_BUTTONS), "buttons were not offered");
            m.writeByte(buttons >> 7);
          }
        });
  }

  private void readColourMap() throws IOException {
    in.readByte();
    int first = in.readUnsignedShort();
    int count = in.readUnsignedShort();
    for (int i = first; i < first + count; i++) {
      int red = in.readUnsignedShort() >> 8;
      int green = in.readUnsignedShort() >> 8;
      int blue = in.readUnsignedShort() >> 8;
      colourMap[i] = red << 16 | green << 8 | blue;
    }
    colourMapKnown = true;
  }

  private void readUpdateBody() throws IOException {
    in.readByte();
    int count = in.readUnsignedShort();
    boolean untilLast = count == 0xffff;
    boolean sized = false;
    for (int i = 0; untilLast || i < count; i++) {
      int x = in.readUnsignedShort();
      int y = in.readUnsignedShort();
      int w = in.readUnsignedShort();
      int h = in.readUnsignedShort();
      int encoding = in.readInt();
      assertThat(offered.contains(encoding), "encoding=" + encoding + " was not offered");
      rectangles.merge(encoding, 1, Integer::sum);
      if (encoding == LAST_RECT) {
        assertThat(untilLast, "a LastRect in a counted update");
        return;
      }
      if (encoding >= 0 || encoding == TIGHT_PNG) {
        assertThat(!sized, "pixels beside a size");
        assertThat(x + w <= width && y + h <= height, "a rectangle beyond the framebuffer");
        assertThat((w > 0 && h > 0 && w * h <= 65536) || encoding == COPY_RECT, "area=" + w * h);
      }
      switch (encoding) {
        case RAW -> readRaw(in, x, y, w, h);
        case COPY_RECT -> copy(in.readUnsignedShort(), in.readUnsignedShort(), x, y, w, h);
        case RRE -> readRre(x, y, w, h);
        case HEXTILE -> readHextile(x, y, w, h);
        case ZLIB -> readRaw(inflate(zlib, w * h * format.bytes()), x, y, w, h);
        case ZRLE -> readZrle(x, y, w, h);
        case TIGHT -> show(tight.read(in, format, w, h, false), x, y, w, h);
        case TIGHT_PNG -> show(tight.read(in, format, w, h, true), x, y, w, h);
        case JPEG -> show(tight.jpeg(Images.jpegFile(in), format, w, h), x, y, w, h);
        case CURSOR -> readCursor(x, y, w, h);
        case DESKTOP_SIZE -> {
          sized = true;
          resizeTo(w, h);
        }
        case EXTENDED_DESKTOP_SIZE -> {
          sized = true;
          int screens = in.readUnsignedByte();
          in.readFully(new byte[3]);
          StringBuilder text = new StringBuilder(x + "/" + y + " " + w + "x" + h + " " + screens);
          for (int screen = 0; screen < screens; screen++) {
            text.append(' ').append(in.readInt());
            in.readFully(new byte[12]);
          }
          layout = text.toString();
          if (y == 0 && (w != width || h != height)) {
            resizeTo(w, h);
          }
        }
        case CURSOR_WITH_ALPHA -> {
          assertThat(in.readInt() == RAW, "a cursor's encoding");
          StringBuilder text = new StringBuilder(w + "x" + h + "+" + x + "+" + y);
          for (int pixel = 0; pixel < w * h; pixel++) {
            text.append(" %08x".formatted(in.readInt()));
          }
          cursor = text.toString();
        }
        case DESKTOP_NAME -> {
          assertThat((x | y | w | h) == 0, "a name with pixels");
          name = readString();
        }
        case POINTER_MOTION -> {
          assertThat((x | 1) == 1 && y == 0 && w == width && h == height, "a pointer's mode");
          absolute = x == 1;
        }
        case QEMU_KEY, MOUSE_BUTTONS ->
            assertThat((x | y | w | h) == 0, "an announcement with pixels");
        default -> throw new IOException("encoding=" + encoding);
      }
    }
  }

  private void resizeTo(int w, int h) {
    width = w;
    height = h;
    pixels = new int[w * h];
    // What was never sent must not be right by chance.
    Arrays.fill(pixels, 0x5a5a5a5a);
  }

  private void show(int[] rectangle, int x, int y, int w, int h) {
    fillEach(x, y, w, h, i -> rectangle[i]);
  }

  private void fill(int x, int y, int w, int h, int pixel) {
    for (int row = y; row < y + h; row++) {
      Arrays.fill(pixels, row * width + x, row * width + x + w, pixel);
    }
  }

  private void readRaw(DataInputStream from, int x, int y, int w, int h) throws IOException {
    fillEach(x, y, w, h, i -> readPixel(from));
  }

  private int readPixel(DataInputStream from) {
    try {
      return format.readPixel(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fillEach(int x, int y, int w, int h, IntUnaryOperator source) {
    for (int i = 0; i < w * h; i++) {
      pixels[(y + i / w) * width + x + i % w] = source.applyAsInt(i);
    }
  }

  private void copy(int sourceX, int sourceY, int x, int y, int w, int h) {
    int[] moved = new int[w * h];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = pixels[(sourceY + i / w) * width + sourceX + i % w];
    }
    fillEach(x, y, w, h, i -> moved[i]);
  }

  private void readRre(int x, int y, int w, int h) throws IOException {
    int count = in.readInt();
    fill(x, y, w, h, format.readPixel(in));
    for (int i = 0; i < count; i++) {
      int pixel = format.readPixel(in);
      int sx = in.readUnsignedShort();
      int sy = in.readUnsignedShort();
      int sw = in.readUnsignedShort();
      int sh = in.readUnsignedShort();
      assertThat(sx + sw <= w && sy + sh <= h, "an RRE rectangle beyond its own");
      fill(x + sx, y + sy, sw, sh, pixel);
    }
  }

  private void readHextile(int x, int y, int w, int h) throws IOException {
    int background = 0;
    int foreground = 0;
    for (int ty = y; ty < y + h; ty += 16) {
      for (int tx = x; tx < x + w; tx += 16) {
        int tw = Math.min(16, x + w - tx);
        int th = Math.min(16, y + h - ty);
        int flags = in.readUnsignedByte();
        if ((flags & 1) != 0) {
          readRaw(in, tx, ty, tw, th);
          // Clients differ in what they remember after a raw tile: nothing may be relied on.
          background = 0x0badbad0;
          foreground = 0x0badbad0;
          continue;
        }
        if ((flags & 2) != 0) {
          background = format.readPixel(in);
        }
        if ((flags & 4) != 0) {
          foreground = format.readPixel(in);
        }
        fill(tx, ty, tw, th, background);
        int count = (flags & 8) != 0 ? in.readUnsignedByte() : 0;
        for (int i = 0; i < count; i++) {
          int pixel = (flags & 16) != 0 ? format.readPixel(in) : foreground;
          int place = in.readUnsignedByte();
          int size = in.readUnsignedByte();
          int sx = place >> 4;
          int sy = place & 15;
          int sw = (size >> 4) + 1;
          int sh = (size & 15) + 1;
          assertThat(sx + sw <= tw && sy + sh <= th, "a Hextile rectangle beyond its tile");
          fill(tx + sx, ty + sy, sw, sh, pixel);
        }
        if ((flags & 16) != 0) {
          foreground = 0x0badbad0;
        }
      }
    }
  }

  private DataInputStream inflate(Inflater inflater, int length) throws IOException {
    byte[] compressed = new byte[in.readInt()];
    in.readFully(compressed);
    return inflate(inflater, compressed, length);
  }

  private static DataInputStream inflate(Inflater inflater, byte[] compressed, int length)
      throws IOException {
    inflater.setInput(compressed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 14];
    try {
      int count;
      while ((count = inflater.inflate(chunk)) > 0) {
        bytes.write(chunk, 0, count);
      }
    } catch (DataFormatException e) {
      throw new IOException(e);
    }
    assertThat(inflater.getRemaining() == 0, "bytes after a zlib block");
    assertThat(length < 0 || bytes.size() == length, "zlib gave bytes=" + bytes.size());
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private void readZrle(int x, int y, int w, int h) throws IOException {
    DataInputStream from = inflate(zrle, -1);
    for (int ty = y; ty < y + h; ty += 64) {
      for (int tx = x; tx < x + w; tx += 64) {
        readZrleTile(from, tx, ty, Math.min(64, x + w - tx), Math.min(64, y + h - ty));
      }
    }
    assertThat(from.read() < 0, "bytes after ZRLE's last tile");
  }

  private void readZrleTile(DataInputStream from, int x, int y, int w, int h) throws IOException {
    int form = from.readUnsignedByte();
    int colours = form & 0x7f;
    int[] palette = new int[colours];
    for (int i = 0; i < colours; i++) {
      palette[i] = format.readCompactPixel(from);
    }
    int[] tile = new int[w * h];
    if (form == 0) {
      for (int i = 0; i < tile.length; i++) {
        tile[i] = format.readCompactPixel(from);
      }
    } else if (form == 1) {
      Arrays.fill(tile, palette[0]);
    } else if (form <= 16) {
      int bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;
      for (int row = 0; row < h; row++) {
        int have = 0;
        int gathered = 0;
        for (int column = 0; column < w; column++) {
          if (have == 0) {
            gathered = from.readUnsignedByte();
            have = 8;
          }
          have -= bits;
          tile[row * w + column] = palette[gathered >> have & (1 << bits) - 1];
        }
      }
    } else {
      assertThat(form >= 128 && form != 129, "ZRLE subencoding=" + form);
      for (int i = 0; i < tile.length; ) {
        int pixel;
        boolean hasLength = true;
        if (form == 128) {
          pixel = format.readCompactPixel(from);
        } else {
          int index = from.readUnsignedByte();
          hasLength = index >= 128;
          pixel = palette[index & 0x7f];
        }
        int run = 1;
        int more = hasLength ? 255 : 0;
        while (more == 255) {
          more = from.readUnsignedByte();
          run += more;
        }
        assertThat(i + run <= tile.length, "a ZRLE run beyond its tile");
        Arrays.fill(tile, i, i + run, pixel);
        i += run;
      }
    }
    fillEach(x, y, w, h, i -> tile[i]);
  }

  private void readCursor(int x, int y, int w, int h) throws IOException {
    StringBuilder text = new StringBuilder(w + "x" + h + "+" + x + "+" + y);
    for (int i = 0; i < w * h; i++) {
      text.append(' ').append(Integer.toHexString(format.readPixel(in)));
    }
    for (int i = 0; i < (w + 7) / 8 * h; i++) {
      text.append(" m").append(Integer.toHexString(in.readUnsignedByte()));
    }
    cursor = text.toString();
  }

  /** Reads a text with its length before it. */
  public String readString() throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Reads until the server closes, and says whether it did so in time. */
  public boolean isClosedByServer() {
    try {
      while (in.read() >= 0) {
        // what comes before is not looked at
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Ends the connection with a reset, as a client does that dies with bytes unread. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void assertThat(boolean condition, String what) throws IOException {
    if (!condition) {
      throw new IOException("the server broke the protocol: " + what);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    zlib.end();
    zrle.end();
    tight.close();
  }
}
