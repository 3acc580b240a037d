/*
 * An application of libvncserver: answers each key event with one byte on standard output; the key
 * b, when it is pressed, also fills a block with the other of two colours and says so to the
 * library.
 *
 * usage: peer-libvncserver PORT default|none called|thread
 *   default, none    how long updates are deferred
 *   called, thread   whether the library's own thread is the application, or another one that it
 *                    wakes, as a guest must be woken; then the library's own threads serve clients
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <rfb/rfb.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WIDTH = 800, HEIGHT = 600, LEFT = 320, TOP = 240, BLOCK = 64, RING = 1024 };

static const uint32_t COLOURS[] = {0x2060c0, 0xe0a020};
static unsigned painted;

static rfbScreenInfoPtr shown;

// Key events on their way to the thread: whether b was pressed. A client sends the next one when it
// has the last one's answer.
static rfbBool ring[RING];
static atomic_uint put;
static unsigned taken;
static int wake;

static void answer(rfbBool paint) {
  if (write(STDOUT_FILENO, "k", 1) != 1)
    exit(1);
  if (!paint)
    return;
  uint32_t colour = COLOURS[painted++ % 2];
  uint32_t *pixels = (uint32_t *)shown->frameBuffer;
  for (int y = TOP; y < TOP + BLOCK; y++)
    for (int x = LEFT; x < LEFT + BLOCK; x++)
      pixels[y * WIDTH + x] = colour;
  rfbMarkRectAsModified(shown, LEFT, TOP, LEFT + BLOCK, TOP + BLOCK);
}

static void key_called(rfbBool down, rfbKeySym keysym, rfbClientPtr client) {
  (void)client;
  answer(down && keysym == 'b');
}

static void key_to_thread(rfbBool down, rfbKeySym keysym, rfbClientPtr client) {
  (void)client;
  unsigned next = atomic_load_explicit(&put, memory_order_relaxed);
  ring[next % RING] = down && keysym == 'b';
  atomic_store_explicit(&put, next + 1, memory_order_release);
  if (eventfd_write(wake, 1) != 0)
    exit(1);
}

static void *application(void *unused) {
  eventfd_t events;
  while (eventfd_read(wake, &events) == 0)
    while (taken != atomic_load_explicit(&put, memory_order_acquire))
      answer(ring[taken++ % RING]);
  exit(1);
  return unused;
}

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  int none = 1;
  rfbScreenInfoPtr screen = rfbGetScreen(&none, argv, WIDTH, HEIGHT, 8, 3, 4);
  if (screen == NULL)
    return 1;
  int deferred = strcmp(argv[2], "none") != 0;
  int called = strcmp(argv[3], "called") == 0;
  screen->frameBuffer = calloc(WIDTH * HEIGHT, sizeof(uint32_t));
  screen->serverFormat.redShift = 16;
  screen->serverFormat.greenShift = 8;
  screen->serverFormat.blueShift = 0;
  screen->kbdAddEvent = called ? key_called : key_to_thread;
  screen->port = atoi(argv[1]);
  screen->ipv6port = 0;
  screen->listenInterface = htonl(INADDR_LOOPBACK);
  screen->alwaysShared = TRUE;
  screen->cursor = NULL; // none to be drawn into the picture
  if (!deferred)
    screen->deferUpdateTime = 0;
  shown = screen;
  rfbInitServer(screen);
  if (screen->listenSock < 0)
    return 1;
  if (!called) {
    pthread_t guest;
    wake = eventfd(0, EFD_CLOEXEC);
    if (wake < 0 || pthread_create(&guest, NULL, application, NULL) != 0)
      return 1;
    rfbRunEventLoop(screen, -1, TRUE);
  }
  dprintf(STDOUT_FILENO, "ready\n");
  if (!called)
    for (;;)
      pause();
  // What is deferred is looked at when the wait ends: by default, as long as it is deferred. With
  // no deferral an update goes out in the turn that made it, and the wait can be any.
  for (;;)
    rfbProcessEvents(screen, deferred ? -1 : 100000);
}
