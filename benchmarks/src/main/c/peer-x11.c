/*
 * An X client that has the keyboard to itself: answers each key event with one byte on standard
 * output; the key b, when it is pressed, also fills a block with the other of two colours.
 */
#include <X11/Xlib.h>
#include <X11/keysym.h>
#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 800, HEIGHT = 600, LEFT = 320, TOP = 240, BLOCK = 64 };

int main(void) {
  static const unsigned long colours[] = {0x2060c0, 0xe0a020};
  unsigned painted = 0;
  Display *display = XOpenDisplay(NULL);
  if (display == NULL) {
    fprintf(stderr, "no X server at the display that DISPLAY names\n");
    return 1;
  }
  XSetWindowAttributes attributes = {
      .override_redirect = True,
      .background_pixel = 0,
      .event_mask = KeyPressMask | KeyReleaseMask | ExposureMask};
  Window window = XCreateWindow(
      display, DefaultRootWindow(display), 0, 0, WIDTH, HEIGHT, 0, CopyFromParent, InputOutput,
      CopyFromParent, CWOverrideRedirect | CWBackPixel | CWEventMask, &attributes);
  GC gc = XCreateGC(display, window, 0, NULL);
  XMapRaised(display, window);
  for (;;) {
    XEvent event;
    XNextEvent(display, &event);
    if (event.type == Expose && event.xexpose.count == 0) {
      if (XGrabKeyboard(display, window, True, GrabModeAsync, GrabModeAsync, CurrentTime) !=
          GrabSuccess) {
        fprintf(stderr, "the keyboard is grabbed by another client\n");
        return 1;
      }
      XSync(display, False);
      dprintf(STDOUT_FILENO, "ready\n");
    } else if (event.type == KeyPress || event.type == KeyRelease) {
      if (write(STDOUT_FILENO, "k", 1) != 1)
        return 1;
      if (event.type == KeyPress && XLookupKeysym(&event.xkey, 0) == XK_b) {
        XSetForeground(display, gc, colours[painted++ % 2]);
        XFillRectangle(display, window, gc, LEFT, TOP, BLOCK, BLOCK);
        XFlush(display);
      }
    }
  }
}
