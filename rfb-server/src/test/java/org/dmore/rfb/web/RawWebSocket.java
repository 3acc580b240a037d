package org.dmore.rfb.web;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.dmore.rfb.nullclient.NullClient;

/** A WebSocket client byte by byte, which may do what no library would. Blocking. */
final class RawWebSocket implements AutoCloseable {
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** A frame as it came. */
  record Frame(int flags, int opcode, String hex) {}

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final Random random = new Random(7);
  private byte[] data = new byte[0];
  private int dataAt;
  private int frames;

  RawWebSocket(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(5_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
  }

  static RawWebSocket open(int port) throws IOException {
    return new RawWebSocket(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Connects and upgrades. */
  static RawWebSocket connect(int port) throws IOException {
    RawWebSocket client = open(port);
    String head = client.upgrade("Sec-WebSocket-Protocol: binary");
    if (!head.startsWith("HTTP/1.1 101 ")) {
      client.close();
      throw new IOException(head);
    }
    return client;
  }

  /** Sends the usual handshake and these headers; returns the response's head. */
  String upgrade(String... headers) throws IOException {
    return request(
        "GET /websockify HTTP/1.1",
        concat(
            new String[] {
              "Host: 127.0.0.1:" + socket.getPort(),
              "Upgrade: websocket",
              "Connection: keep-alive, Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            },
            headers));
  }

  private static String[] concat(String[] first, String[] second) {
    String[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** Sends a request; returns the response's head. */
  String request(String line, String... headers) throws IOException {
    StringBuilder text = new StringBuilder(line).append("\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    send(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    return readHead();
  }

  String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("after: " + head);
      }
      head.append((char) c);
    }
    return head.toString();
  }

  String readBody(String head) throws IOException {
    int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ") + 16;
    byte[] body = new byte[Integer.parseInt(head.substring(at, head.indexOf('\r', at)))];
    in.readFully(body);
    return new String(body, StandardCharsets.UTF_8);
  }

  void send(byte... bytes) throws IOException {
    out.write(bytes);
  }

  void sendFrame(int firstByte, byte... payload) throws IOException {
    send(frame(firstByte, payload));
  }

  /** A masked frame with its length in the shortest form. */
  byte[] frame(int firstByte, byte... payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(firstByte);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 1 << 16) {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    frame.write(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ mask[i & 3]);
    }
    return frame.toByteArray();
  }

  Frame readFrame() throws IOException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length > 127) {
      throw new IOException("a server's frame is masked");
    }
    long size = length;
    if (length == 126) {
      size = in.readUnsignedShort();
    } else if (length == 127) {
      size = in.readLong();
    }
    byte[] payload = new byte[Math.toIntExact(size)];
    in.readFully(payload);
    frames++;
    if ((first & 0x0f) == BINARY) {
      data = payload;
      dataAt = 0;
    }
    return new Frame(first & 0xf0, first & 0x0f, java.util.HexFormat.of().formatHex(payload));
  }

  /** How many frames came. */
  int frames() {
    return frames;
  }

  /** Reads frames up to a Close; returns its payload in hexadecimal. */
  String readClose() throws IOException {
    while (true) {
      Frame frame = readFrame();
      if (frame.opcode() == CLOSE) {
        return frame.hex();
      }
    }
  }

  /** Whether the socket ends now. */
  boolean isClosedByServer() throws IOException {
    try {
      while (in.read() >= 0) {
        // what was on its way
      }
    } catch (java.net.SocketException reset) {
      // closed all the same
    }
    return true;
  }

  Socket socket() {
    return socket;
  }

  /** RFB in here; what is written goes out in fragments of random length, pings among them. */
  NullClient rfb() throws IOException {
    InputStream payload =
        new InputStream() {
          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            while (dataAt == data.length) {
              if (readFrame().opcode() == CLOSE) {
                return -1;
              }
            }
            int count = Math.min(length, data.length - dataAt);
            System.arraycopy(data, dataAt, to, offset, count);
            dataAt += count;
            return count;
          }
        };
    OutputStream fragments =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] from, int offset, int length) throws IOException {
            int at = offset;
            int end = offset + length;
            boolean first = true;
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            while (at < end) {
              int count = Math.min(end - at, random.nextInt(12));
              boolean last = at + count == end;
              frames.write(
                  frame(
                      (last ? 0x80 : 0) | (first ? BINARY : 0),
                      Arrays.copyOfRange(from, at, at + count)));
              if (random.nextInt(4) == 0) {
                frames.write(frame(0x80 | PING, new byte[random.nextInt(126)]));
              }
              at += count;
              first = false;
            }
            send(frames.toByteArray());
          }
        };
    return NullClient.within(socket, payload, fragments);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
