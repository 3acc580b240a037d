/*
 * A viewer without a window, made of libvncclient: it decodes what a server sends, compares it with
 * the frame that is expected, and asks for the next update when one has come.
 *
 * usage: video-client PORT FRAMES tight|tight-quality-6|zrle PATIENCE_MS AGAIN_MS
 *
 * FRAMES has pictures of 1024x768, 0x00RRGGBB in the machine's order, one after the other. When the
 * first update has come it says "ready MICROSECONDS", counted from its request. Then it answers
 *
 *   expect FRAME X Y WIDTH HEIGHT   when that frame is there: all of the picture, or with quality 6
 *                                   the area given, which is what changed
 *   settle FRAME                    when no update has come for 30 ms and all of the picture is that
 *                                   frame
 *
 * by "whole UPDATES BYTES RESENT_BYTES ASKED_AGAIN", counted since the first update: bytes as the
 * socket received them. Updates that touch nothing of the area that was expected last, or that come
 * while it settles, have their bytes in RESENT_BYTES and count nowhere else. A frame that is not there
 * after AGAIN_MS is asked for again, though a request is outstanding, unless that is all of PATIENCE_MS;
 * one that is not there in that time is answered by "wrong" and how it differs. At last it answers
 *
 *   cpu PID                         by the processor time of that process so far, in nanoseconds
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <rfb/rfbclient.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 1024, HEIGHT = 768, PIXELS = WIDTH * HEIGHT, QUIET_US = 30000 };

/* With quality 6: squares of so many pixels a side may differ by so much in each channel's mean. */
enum { SIDE = 8, MOST_MEAN = 24 };

enum { ENCODING_COPY_RECT = 1, ENCODING_TIGHT = 7, ENCODING_ZRLE = 16 };
enum { PSEUDO_QUALITY_6 = -26, PSEUDO_LAST_RECT = -224 };

struct area {
  int x, y, width, height;
};

static const struct area ALL = {0, 0, WIDTH, HEIGHT};

static rfbClient *client;
static const uint32_t *frames;
static int lossy;
static int64_t patience_us, again_us;

static struct area expected = {0, 0, WIDTH, HEIGHT};
static int finished, touched, settling, news;
static uint64_t seen, updates, bytes, resent, asked_again;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void silent(const char *format, ...) { (void)format; }

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static uint64_t received(void) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  if (getsockopt(client->sock, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
    fail("TCP_INFO");
  return info.tcpi_bytes_received;
}

static void got_rectangle(rfbClient *from, int x, int y, int width, int height) {
  (void)from;
  if (x < expected.x + expected.width && expected.x < x + width &&
      y < expected.y + expected.height && expected.y < y + height)
    touched = 1;
}

static void got_update(rfbClient *from) {
  (void)from;
  uint64_t total = received();
  if (touched && !settling) {
    updates++;
    bytes += total - seen;
    news = 1;
  } else {
    resent += total - seen;
  }
  seen = total;
  touched = 0;
  finished = 1;
}

/* Asks once more, as no viewer does: for a server that has forgotten that it was asked. */
static void ask_again(void) {
  asked_again++;
  if (!SendIncrementalFramebufferUpdateRequest(client))
    fail("write");
}

/* Waits for the end of an update; whether one came in time. */
static int await_update(int64_t deadline) {
  finished = 0;
  while (!finished) {
    if (client->buffered == 0) {
      int64_t left = deadline - now_us();
      int ready = left > 0 ? WaitForMessage(client, (unsigned)left) : 0;
      if (ready < 0)
        fail("select");
      if (ready == 0)
        return 0;
    }
    if (!HandleRFBServerMessage(client)) {
      fprintf(stderr, "the client's library gave up\n");
      exit(1);
    }
  }
  return 1;
}

static uint32_t got_pixel(int index) { return ((uint32_t *)client->frameBuffer)[index] & 0xffffff; }

/* The index of a pixel that is not the frame's, or -1. */
static int differing(const uint32_t *frame) {
  const uint32_t *got = (const uint32_t *)client->frameBuffer;
  for (int row = 0; row < PIXELS; row += WIDTH) {
    uint32_t bits = 0;
    for (int i = row; i < row + WIDTH; i++)
      bits |= got[i] ^ frame[i];
    if (bits & 0xffffff)
      for (int i = row;; i++)
        if (got_pixel(i) != frame[i])
          return i;
  }
  return -1;
}

/* The index of the first pixel of a square that is not like the frame's, or -1. */
static int unlike(const uint32_t *frame, struct area area) {
  for (int top = area.y; top < area.y + area.height; top += SIDE)
    for (int left = area.x; left < area.x + area.width; left += SIDE) {
      int right = left + SIDE < area.x + area.width ? left + SIDE : area.x + area.width;
      int bottom = top + SIDE < area.y + area.height ? top + SIDE : area.y + area.height;
      int sums[3] = {0, 0, 0};
      for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
          uint32_t got = got_pixel(y * WIDTH + x);
          uint32_t want = frame[y * WIDTH + x];
          for (int i = 0; i < 3; i++)
            sums[i] += abs((int)(got >> 8 * i & 255) - (int)(want >> 8 * i & 255));
        }
      int most = MOST_MEAN * (right - left) * (bottom - top);
      if (sums[0] > most || sums[1] > most || sums[2] > most)
        return top * WIDTH + left;
    }
  return -1;
}

/* As differing, or as unlike where the encoding may lose. */
static int wrong(const uint32_t *frame, struct area area) {
  return lossy ? unlike(frame, area) : differing(frame);
}

static void answer(const uint32_t *frame, int pixel) {
  if (pixel < 0)
    printf("whole %ju %ju %ju %ju\n", (uintmax_t)updates, (uintmax_t)bytes, (uintmax_t)resent,
           (uintmax_t)asked_again);
  else
    printf("wrong x=%d y=%d is %06x, expected %06x%s\n", pixel % WIDTH, pixel / WIDTH,
           got_pixel(pixel), frame[pixel], lossy ? ", as are pixels near it" : "");
}

static void expect(const uint32_t *frame) {
  int64_t begin = now_us();
  int64_t deadline = begin + patience_us;
  int64_t again = begin + again_us;
  int pixel;
  settling = 0;
  // In this order: what was shown may be there already. What may differ a little may be an old frame.
  while ((pixel = wrong(frame, expected)) >= 0 || (lossy && !news)) {
    if (await_update(again))
      continue;
    if (again == deadline)
      break;
    ask_again();
    again = deadline;
  }
  news = 0;
  answer(frame, pixel);
}

static void settle(const uint32_t *frame) {
  int64_t deadline = now_us() + patience_us;
  settling = 1;
  while (now_us() < deadline && await_update(now_us() + QUIET_US))
    ;
  answer(frame, wrong(frame, ALL));
}

/* In nanoseconds, where /proc counts in steps of 10 ms. */
static void processor_time(int process) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0)
    fail("the process's clock");
  printf("%jd\n", (intmax_t)used.tv_sec * 1000000000 + used.tv_nsec);
}

static void put16(uint8_t *at, int value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

/* SetPixelFormat and SetEncodings: no level that is not told, and no pseudo-encoding but LastRect. */
static void choose(int encoding) {
  int encodings[] = {encoding, ENCODING_COPY_RECT, PSEUDO_LAST_RECT, PSEUDO_QUALITY_6};
  int count = lossy ? 4 : 3;
  uint8_t message[20 + 4 + sizeof encodings] = {
      0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 2};
  put16(message + 22, count);
  for (int i = 0; i < count; i++) {
    uint32_t number = htonl((uint32_t)encodings[i]);
    memcpy(message + 24 + 4 * i, &number, sizeof number);
  }
  if (!WriteToRFBServer(client, (char *)message, (unsigned)(24 + 4 * count)))
    fail("write");
}

static void open_client(int port, int encoding) {
  rfbClientLog = silent;
  client = rfbGetClient(8, 3, 4);
  client->format.redShift = 16;
  client->format.greenShift = 8;
  client->format.blueShift = 0;
  client->format.bigEndian = FALSE;
  client->GotFrameBufferUpdate = got_rectangle;
  client->FinishedFrameBufferUpdate = got_update;
  if (!ConnectToRFBServer(client, "127.0.0.1", port) || !InitialiseRFBConnection(client))
    fail("connect");
  if (client->si.framebufferWidth != WIDTH || client->si.framebufferHeight != HEIGHT) {
    fprintf(stderr, "the server's picture is %dx%d\n", client->si.framebufferWidth,
            client->si.framebufferHeight);
    exit(1);
  }
  client->width = WIDTH;
  client->height = HEIGHT;
  client->updateRect.x = client->updateRect.y = 0;
  client->updateRect.w = WIDTH;
  client->updateRect.h = HEIGHT;
  client->frameBuffer = calloc(PIXELS, sizeof(uint32_t));
  choose(encoding);
}

int main(int argc, char **argv) {
  if (argc != 6)
    return 2;
  lossy = strcmp(argv[3], "tight-quality-6") == 0;
  patience_us = atoi(argv[4]) * INT64_C(1000);
  again_us = atoi(argv[5]) * INT64_C(1000);
  int file = open(argv[2], O_RDONLY);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0)
    fail(argv[2]);
  frames = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, file, 0);
  if (frames == MAP_FAILED)
    fail("mmap");
  setvbuf(stdout, NULL, _IOLBF, 0);

  open_client(atoi(argv[1]), strcmp(argv[3], "zrle") == 0 ? ENCODING_ZRLE : ENCODING_TIGHT);
  int64_t begin = now_us();
  if (!SendFramebufferUpdateRequest(client, 0, 0, WIDTH, HEIGHT, FALSE))
    fail("write");
  if (!await_update(begin + patience_us)) {
    fprintf(stderr, "no first update came\n");
    return 1;
  }
  printf("ready %jd\n", (intmax_t)(now_us() - begin));
  updates = bytes = resent = asked_again = 0;

  char line[128];
  int number;
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "expect %d %d %d %d %d", &number, &expected.x, &expected.y, &expected.width,
               &expected.height) == 5)
      expect(frames + (size_t)number * PIXELS);
    else if (sscanf(line, "settle %d", &number) == 1)
      settle(frames + (size_t)number * PIXELS);
    else if (sscanf(line, "cpu %d", &number) == 1)
      processor_time(number);
    else
      return 2;
  }
  return 0;
}
