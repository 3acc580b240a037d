/*
 * An application of libvncserver that shows frames. The library defers updates as it does by
 * default; application and library take turns in one thread.
 *
 * usage: video-libvncserver PORT FRAMES
 *
 * FRAMES has pictures of 1024x768, 0x00RRGGBB in the machine's order, one after the other. It answers
 *
 *   show FRAME X Y WIDTH HEIGHT     when the library knows of that area of that frame, by "shown" and
 *                                   the processor time that reading, copying and answering took so
 *                                   far, in nanoseconds
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <rfb/rfb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 1024, HEIGHT = 768, PIXELS = WIDTH * HEIGHT, MOST_CLIENTS = 8 };

static rfbScreenInfoPtr screen;
static const uint32_t *frames;
static int64_t own_ns;

static int64_t thread_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

/* Takes one command; false at the end of standard input. */
static int show(void) {
  int64_t begin = thread_ns();
  char line[128];
  int number, x, y, width, height;
  ssize_t got = read(STDIN_FILENO, line, sizeof line - 1);
  if (got <= 0)
    return 0;
  line[got] = 0;
  if (sscanf(line, "show %d %d %d %d %d", &number, &x, &y, &width, &height) != 5)
    exit(2);
  const uint32_t *frame = frames + (size_t)number * PIXELS;
  uint32_t *pixels = (uint32_t *)screen->frameBuffer;
  for (int row = y; row < y + height; row++)
    memcpy(pixels + row * WIDTH + x, frame + row * WIDTH + x, (size_t)width * 4);
  own_ns += thread_ns() - begin;
  rfbMarkRectAsModified(screen, x, y, x + width, y + height);
  begin = thread_ns();
  dprintf(STDOUT_FILENO, "shown %jd\n", (intmax_t)own_ns);
  own_ns += thread_ns() - begin;
  return 1;
}

/* Sleeps until there is a command or something to read from clients, at most as long as an update
 * is deferred: then the library looks again. */
static int command_came(void) {
  struct pollfd waits[2 + MOST_CLIENTS] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                           {.fd = screen->listenSock, .events = POLLIN}};
  nfds_t count = 2;
  rfbClientIteratorPtr clients = rfbGetClientIterator(screen);
  rfbClientPtr client;
  while ((client = rfbClientIteratorNext(clients)) != NULL && count < 2 + MOST_CLIENTS)
    waits[count++] = (struct pollfd){.fd = client->sock, .events = POLLIN};
  rfbReleaseClientIterator(clients);
  poll(waits, count, screen->deferUpdateTime);
  return waits[0].revents != 0;
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  int file = open(argv[2], O_RDONLY);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0) {
    perror(argv[2]);
    return 1;
  }
  frames = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, file, 0);
  int none = 1;
  screen = rfbGetScreen(&none, argv, WIDTH, HEIGHT, 8, 3, 4);
  if (frames == MAP_FAILED || screen == NULL)
    return 1;
  screen->frameBuffer = calloc(PIXELS, sizeof(uint32_t));
  screen->serverFormat.redShift = 16;
  screen->serverFormat.greenShift = 8;
  screen->serverFormat.blueShift = 0;
  screen->port = atoi(argv[1]);
  screen->ipv6port = 0;
  screen->listenInterface = htonl(INADDR_LOOPBACK);
  screen->alwaysShared = TRUE;
  screen->cursor = NULL; // none to be drawn into the picture
  rfbInitServer(screen);
  if (screen->listenSock < 0)
    return 1;
  dprintf(STDOUT_FILENO, "ready\n");
  for (;;) {
    if (command_came() && !show())
      return 0;
    rfbProcessEvents(screen, 0);
  }
}
