package org.dmore.rfb.capture;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.ServerMessageType;

/**
 * Follows what a server says in RFB 3.3 without authentication, to know where messages end. It
 * knows the encodings that a recording offers, at 32 bits a pixel and depth 24, and looks at no
 * pixel.
 */
final class ServerMessages {
  /** What the next bytes are. */
  enum State {
    VERSION(12),
    SECURITY_TYPE(4),
    SERVER_INIT(24),
    MESSAGE(1),
    UPDATE(3),
    RECTANGLE(12),
    LENGTH(4),
    CUT_TEXT(7),
    TIGHT_CONTROL(1),
    TIGHT_FILTER(1),
    TIGHT_COLOURS(1),
    TIGHT_LENGTH(1);

    private final int bytes;

    State(int bytes) {
      this.bytes = bytes;
    }
  }

  private static final int BYTES_PER_PIXEL = 4;
  private static final int BYTES_PER_TIGHT_PIXEL = 3;
  private static final int TIGHT_UNCOMPRESSED = 12;

  private final byte[] head = new byte[24];
  private State state = State.VERSION;
  private int have;
  private long skip;
  private int rectangles;
  private int width;
  private int height;
  private int tightLength;
  private int tightShift;
  private long updates;

  /** What comes next. */
  State state() {
    return state;
  }

  /** Whether all that came are whole messages. */
  boolean isAtBoundary() {
    return state == State.MESSAGE && have == 0 && skip == 0;
  }

  /** Updates that came to their end. */
  long updates() {
    return updates;
  }

  /**
   * Follows what is readable, which stays as it is.
   *
   * @throws IllegalStateException if it is nothing that a recording offered
   */
  void follow(ByteBuf in) {
    int at = in.readerIndex();
    while (at < in.writerIndex()) {
      if (skip > 0) {
        int now = (int) Math.min(skip, in.writerIndex() - at);
        at += now;
        skip -= now;
      } else {
        head[have++] = in.getByte(at++);
        if (have == state.bytes) {
          have = 0;
          step();
        }
      }
      if (skip == 0 && have == 0 && state == State.RECTANGLE && rectangles == 0) {
        state = State.MESSAGE;
        updates++;
      }
    }
  }

  private void step() {
    switch (state) {
      case VERSION -> state = State.SECURITY_TYPE;
      case SECURITY_TYPE -> state = State.SERVER_INIT;
      case SERVER_INIT -> {
        skip = number(20);
        state = State.MESSAGE;
      }
      case MESSAGE -> message(head[0] & 0xff);
      case UPDATE -> {
        rectangles = half(1);
        state = State.RECTANGLE;
      }
      case RECTANGLE -> rectangle();
      case LENGTH -> {
        skip = number(0);
        state = State.RECTANGLE;
      }
      case CUT_TEXT -> {
        skip = number(3);
        state = State.MESSAGE;
      }
      case TIGHT_CONTROL -> tightControl(head[0] & 0xff);
      case TIGHT_FILTER -> {
        if (head[0] == 1) {
          state = State.TIGHT_COLOURS;
        } else {
          tightData((long) width * height * BYTES_PER_TIGHT_PIXEL);
        }
      }
      case TIGHT_COLOURS -> {
        int colours = (head[0] & 0xff) + 1;
        tightData(colours == 2 ? (width + 7) / 8 * (long) height : (long) width * height);
        skip += (long) colours * BYTES_PER_TIGHT_PIXEL;
      }
      case TIGHT_LENGTH -> {
        tightLength |= (head[0] & (tightShift == 14 ? 0xff : 0x7f)) << tightShift;
        if ((head[0] & 0x80) != 0 && tightShift < 14) {
          tightShift += 7;
        } else {
          skip = tightLength;
          state = State.RECTANGLE;
        }
      }
    }
  }

  private void message(int type) {
    switch (type) {
      case ServerMessageType.FRAMEBUFFER_UPDATE -> state = State.UPDATE;
      case ServerMessageType.BELL -> {}
      case ServerMessageType.SERVER_CUT_TEXT -> state = State.CUT_TEXT;
      default -> throw new IllegalStateException("message-type=" + type + " was not offered");
    }
  }

  private void rectangle() {
    rectangles--;
    width = half(4);
    height = half(6);
    int encoding = (int) number(8);
    if (encoding == EncodingType.RAW.number()) {
      skip = (long) width * height * BYTES_PER_PIXEL;
    } else if (encoding == EncodingType.COPY_RECT.number()) {
      skip = 4;
    } else if (encoding == EncodingType.ZLIB.number() || encoding == EncodingType.ZRLE.number()) {
      state = State.LENGTH;
    } else if (encoding == EncodingType.TIGHT.number()) {
      state = State.TIGHT_CONTROL;
    } else if (encoding == PseudoEncoding.CURSOR.number()) {
      skip = (long) width * height * BYTES_PER_PIXEL + (width + 7) / 8 * (long) height;
    } else if (encoding != PseudoEncoding.DESKTOP_SIZE.number()) {
      throw new IllegalStateException("encoding=" + encoding + " was not offered");
    }
  }

  private void tightControl(int control) {
    switch (control >> 4) {
      case 8 -> {
        skip = BYTES_PER_TIGHT_PIXEL;
        state = State.RECTANGLE;
      }
      case 9 -> expectTightLength();
      case 0, 1, 2, 3 -> tightData((long) width * height * BYTES_PER_TIGHT_PIXEL);
      case 4, 5, 6, 7 -> state = State.TIGHT_FILTER;
      default -> throw new IllegalStateException("tight-control=" + control + " is not known");
    }
  }

  private void tightData(long bytes) {
    if (bytes < TIGHT_UNCOMPRESSED) {
      skip = bytes;
      state = State.RECTANGLE;
    } else {
      expectTightLength();
    }
  }

  private void expectTightLength() {
    tightLength = 0;
    tightShift = 0;
    state = State.TIGHT_LENGTH;
  }

  private int half(int at) {
    return (head[at] & 0xff) << 8 | (head[at + 1] & 0xff);
  }

  private long number(int at) {
    return (long) half(at) << 16 | half(at + 2);
  }
}
