/*
 * An X client that fills the screen and shows frames there, through memory that it shares with the
 * server.
 *
 * usage: video-x11 FRAMES
 *
 * FRAMES has pictures of 1024x768, 0x00RRGGBB in the machine's order, one after the other. It answers
 *
 *   show FRAME X Y WIDTH HEIGHT     when the server has that area of that frame, by "shown" and the
 *                                   processor time that it took itself so far, in nanoseconds
 */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>

enum { WIDTH = 1024, HEIGHT = 768, PIXELS = WIDTH * HEIGHT };

static Display *display;
static Window window;
static XShmSegmentInfo segment;

/* Maps the window and waits until it is there. */
static void open_window(void) {
  XSetWindowAttributes attributes = {
      .override_redirect = True, .background_pixel = 0, .event_mask = ExposureMask};
  window = XCreateWindow(display, DefaultRootWindow(display), 0, 0, WIDTH, HEIGHT, 0,
                         CopyFromParent, InputOutput, CopyFromParent,
                         CWOverrideRedirect | CWBackPixel | CWEventMask, &attributes);
  XMapRaised(display, window);
  XEvent event;
  do {
    XNextEvent(display, &event);
  } while (event.type != Expose || event.xexpose.count != 0);
  XSelectInput(display, window, NoEventMask);
}

static XImage *shared_image(void) {
  int screen = DefaultScreen(display);
  XImage *image =
      XShmCreateImage(display, DefaultVisual(display, screen),
                      (unsigned)DefaultDepth(display, screen), ZPixmap, NULL, &segment, WIDTH, HEIGHT);
  if (image == NULL || image->bits_per_pixel != 32 || image->red_mask != 0xff0000)
    return NULL;
  segment.shmid = shmget(IPC_PRIVATE, (size_t)image->bytes_per_line * HEIGHT, IPC_CREAT | 0600);
  if (segment.shmid < 0)
    return NULL;
  segment.shmaddr = image->data = shmat(segment.shmid, NULL, 0);
  segment.readOnly = True;
  Bool attached = XShmAttach(display, &segment);
  XSync(display, False);
  shmctl(segment.shmid, IPC_RMID, NULL); // it lives as long as it is attached
  return attached ? image : NULL;
}

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  int file = open(argv[1], O_RDONLY);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0) {
    perror(argv[1]);
    return 1;
  }
  const uint32_t *frames = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, file, 0);
  display = XOpenDisplay(NULL);
  if (frames == MAP_FAILED || display == NULL || !XShmQueryExtension(display)) {
    fprintf(stderr, "no X server with shared memory at the display that DISPLAY names\n");
    return 1;
  }
  open_window();
  XImage *image = shared_image();
  if (image == NULL) {
    fprintf(stderr, "no shared image of 32 bits a pixel, xRGB\n");
    return 1;
  }
  GC gc = XCreateGC(display, window, 0, NULL);
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("ready\n");

  char line[128];
  int number, x, y, width, height;
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "show %d %d %d %d %d", &number, &x, &y, &width, &height) != 5)
      return 2;
    const uint32_t *frame = frames + (size_t)number * PIXELS;
    for (int row = y; row < y + height; row++)
      memcpy(image->data + row * image->bytes_per_line + x * 4, frame + row * WIDTH + x,
             (size_t)width * 4);
    XShmPutImage(display, window, gc, image, x, y, x, y, (unsigned)width, (unsigned)height, False);
    XSync(display, False);
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    printf("shown %jd\n", (intmax_t)used.tv_sec * 1000000000 + used.tv_nsec);
  }
  return 0;
}
