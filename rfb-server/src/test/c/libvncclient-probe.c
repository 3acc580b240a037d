/*
 * A VNC client on libvncclient (the library of Remmina, guacd, AVNC and others), driven by lines on
 * its standard input, so that a test can see what the library made of the server's bytes:
 *
 *   key DOWN KEYSYM          DOWN is 0 or 1, KEYSYM hexadecimal
 *   pointer MASK X Y
 *   clipboard TEXT
 *   dump FILE                the framebuffer as PPM (P6), then "dumped FILE"
 *   quit
 *
 * It says "ready WIDTH HEIGHT NAME", "resized WIDTH HEIGHT", "clipboard TEXT", "bell", "closed".
 *
 *   libvncclient-probe [-encodings LIST] [-quality N] [-compress N] [--bytes-per-pixel 1|2|4]
 *                      [--jpeg 0|1] [--user NAME] [--password TEXT] [--ca FILE] HOST:PORT
 */
#include <errno.h>
#include <poll.h>
#include <rfb/rfbclient.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *user = "";
static const char *password = "";
static const char *authority = NULL;
static rfbBool ready = FALSE;

static char *give_password(rfbClient *client) {
  (void)client;
  return strdup(password);
}

static rfbCredential *give_credential(rfbClient *client, int type) {
  (void)client;
  rfbCredential *credential = calloc(1, sizeof *credential);
  if (credential == NULL) {
    return NULL;
  }
  if (type == rfbCredentialTypeUser) {
    credential->userCredential.username = strdup(user);
    credential->userCredential.password = strdup(password);
  } else if (authority != NULL) {
    credential->x509Credential.x509CACertFile = strdup(authority);
    credential->x509Credential.x509CrlVerifyMode = rfbX509CrlVerifyNone;
  }
  return credential;
}

static rfbBool resized(rfbClient *client) {
  free(client->frameBuffer);
  size_t bytes =
      (size_t)client->width * (size_t)client->height * (client->format.bitsPerPixel / 8u);
  client->frameBuffer = calloc(1, bytes);
  client->updateRect.x = client->updateRect.y = 0;
  client->updateRect.w = client->width;
  client->updateRect.h = client->height;
  if (ready) {
    printf("resized %d %d\n", client->width, client->height);
  }
  return client->frameBuffer != NULL;
}

static void got_cut_text(rfbClient *client, const char *text, int length) {
  (void)client;
  printf("clipboard %.*s\n", length, text);
}

static void bell(rfbClient *client) {
  (void)client;
  printf("bell\n");
}

static uint32_t pixel_at(const rfbClient *client, int index) {
  const uint8_t *at = client->frameBuffer + (size_t)index * (client->format.bitsPerPixel / 8u);
  switch (client->format.bitsPerPixel) {
    case 8:
      return *at;
    case 16: {
      uint16_t pixel;
      memcpy(&pixel, at, sizeof pixel);
      return pixel;
    }
    default: {
      uint32_t pixel;
      memcpy(&pixel, at, sizeof pixel);
      return pixel;
    }
  }
}

static int to_byte(uint32_t pixel, uint8_t shift, uint16_t max) {
  return (int)((((pixel >> shift) & max) * 255u + max / 2u) / max);
}

static int dump(const rfbClient *client, const char *file) {
  FILE *out = fopen(file, "wb");
  if (out == NULL) {
    return -1;
  }
  fprintf(out, "P6\n%d %d\n255\n", client->width, client->height);
  for (int i = 0; i < client->width * client->height; i++) {
    uint32_t pixel = pixel_at(client, i);
    fputc(to_byte(pixel, client->format.redShift, client->format.redMax), out);
    fputc(to_byte(pixel, client->format.greenShift, client->format.greenMax), out);
    fputc(to_byte(pixel, client->format.blueShift, client->format.blueMax), out);
  }
  return fclose(out);
}

/* Returns 0 to go on, 1 to end. */
static int obey(rfbClient *client, char *line) {
  int down, mask, x, y;
  unsigned int keysym;
  line[strcspn(line, "\n")] = '\0';
  if (sscanf(line, "key %d %x", &down, &keysym) == 2) {
    SendKeyEvent(client, keysym, down != 0);
  } else if (sscanf(line, "pointer %d %d %d", &mask, &x, &y) == 3) {
    SendPointerEvent(client, x, y, mask);
  } else if (strncmp(line, "clipboard ", 10) == 0) {
    SendClientCutText(client, line + 10, (int)strlen(line + 10));
  } else if (strncmp(line, "dump ", 5) == 0) {
    if (dump(client, line + 5) != 0) {
      fprintf(stderr, "file=%s cannot be written: %s\n", line + 5, strerror(errno));
      return 1;
    }
    printf("dumped %s\n", line + 5);
  } else if (strcmp(line, "quit") == 0) {
    return 1;
  } else {
    fprintf(stderr, "command=\"%s\" is not known\n", line);
    return 1;
  }
  return 0;
}

/* Lines are read by hand: what stdio had buffered, poll would not see. Returns 1 to end. */
static int obey_all(rfbClient *client) {
  static char buffer[4096];
  static size_t used = 0;
  struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
  while (poll(&in, 1, 0) > 0) {
    ssize_t got = read(STDIN_FILENO, buffer + used, sizeof buffer - used - 1);
    if (got <= 0) {
      return 1;
    }
    used += (size_t)got;
    buffer[used] = '\0';
    char *end;
    while ((end = strchr(buffer, '\n')) != NULL) {
      size_t length = (size_t)(end - buffer) + 1;
      *end = '\0';
      if (obey(client, buffer)) {
        return 1;
      }
      memmove(buffer, buffer + length, used - length + 1);
      used -= length;
    }
    if (used == sizeof buffer - 1) {
      return 1;
    }
  }
  return 0;
}

/* Takes "NAME VALUE" out of the arguments; returns the value, or the default. */
static const char *option(int *argc, char **argv, const char *name, const char *otherwise) {
  for (int i = 1; i + 1 < *argc; i++) {
    if (strcmp(argv[i], name) == 0) {
      const char *value = argv[i + 1];
      memmove(argv + i, argv + i + 2, (size_t)(*argc - i - 1) * sizeof *argv);
      *argc -= 2;
      return value;
    }
  }
  return otherwise;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  user = option(&argc, argv, "--user", user);
  password = option(&argc, argv, "--password", password);
  authority = option(&argc, argv, "--ca", authority);
  int bytes = atoi(option(&argc, argv, "--bytes-per-pixel", "4"));
  rfbClient *client = bytes == 4   ? rfbGetClient(8, 3, 4)
                      : bytes == 2 ? rfbGetClient(5, 3, 2)
                                   : rfbGetClient(2, 3, 1);
  client->appData.enableJPEG = atoi(option(&argc, argv, "--jpeg", "0")) != 0;
  client->canHandleNewFBSize = TRUE;
  client->MallocFrameBuffer = resized;
  client->GotXCutText = got_cut_text;
  client->Bell = bell;
  client->GetPassword = give_password;
  client->GetCredential = give_credential;
  /* Frees the client where it fails. */
  if (!rfbInitClient(client, &argc, argv)) {
    return 1;
  }
  ready = TRUE;
  printf("ready %d %d %s\n", client->width, client->height, client->desktopName);
  while (!obey_all(client)) {
    int there = WaitForMessage(client, 10000);
    if (there < 0 || (there > 0 && !HandleRFBServerMessage(client))) {
      printf("closed\n");
      break;
    }
  }
  free(client->frameBuffer);
  client->frameBuffer = NULL;
  rfbClientCleanup(client);
  return 0;
}
