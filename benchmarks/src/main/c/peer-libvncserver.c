/*
 * An application of libvncserver: answers each key event with one byte on standard output; the key
 * b, when it is pressed, also fills a block with the other of two colours and says so to the
 * library.
 *
 * usage: peer-libvncserver PORT default|none      (how long updates are deferred)
 */
#include <arpa/inet.h>
#include <rfb/rfb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 800, HEIGHT = 600, LEFT = 320, TOP = 240, BLOCK = 64 };

static const uint32_t COLOURS[] = {0x2060c0, 0xe0a020};
static unsigned painted;

static void key(rfbBool down, rfbKeySym keysym, rfbClientPtr client) {
  if (write(STDOUT_FILENO, "k", 1) != 1)
    exit(1);
  if (!down || keysym != 'b')
    return;
  uint32_t colour = COLOURS[painted++ % 2];
  uint32_t *pixels = (uint32_t *)client->screen->frameBuffer;
  for (int y = TOP; y < TOP + BLOCK; y++)
    for (int x = LEFT; x < LEFT + BLOCK; x++)
      pixels[y * WIDTH + x] = colour;
  rfbMarkRectAsModified(client->screen, LEFT, TOP, LEFT + BLOCK, TOP + BLOCK);
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  int none = 1;
  rfbScreenInfoPtr screen = rfbGetScreen(&none, argv, WIDTH, HEIGHT, 8, 3, 4);
  if (screen == NULL)
    return 1;
  screen->frameBuffer = calloc(WIDTH * HEIGHT, sizeof(uint32_t));
  screen->serverFormat.redShift = 16;
  screen->serverFormat.greenShift = 8;
  screen->serverFormat.blueShift = 0;
  screen->kbdAddEvent = key;
  screen->port = atoi(argv[1]);
  screen->ipv6port = 0;
  screen->listenInterface = htonl(INADDR_LOOPBACK);
  screen->alwaysShared = TRUE;
  screen->cursor = NULL; // none to be drawn into the picture
  int deferred = strcmp(argv[2], "none") != 0;
  if (!deferred)
    screen->deferUpdateTime = 0;
  rfbInitServer(screen);
  if (screen->listenSock < 0)
    return 1;
  dprintf(STDOUT_FILENO, "ready\n");
  // What is deferred is looked at when the wait ends: by default, as long as it is deferred. With
  // no deferral an update goes out in the turn that made it, and the wait can be any.
  for (;;)
    rfbProcessEvents(screen, deferred ? -1 : 100000);
}
