/*
 * What no server can be faster than: waits in epoll for one client's RFB KeyEvents (8 bytes each)
 * and answers each with one byte on standard output. There is no handshake.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEY_EVENT = 8 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 ||
      listen(listener, 1) < 0 || getsockname(listener, (struct sockaddr *)&address, &length) < 0)
    fail("listen");
  dprintf(STDOUT_FILENO, "ready %d\n", ntohs(address.sin_port));

  int client = accept(listener, NULL, NULL);
  int on = 1;
  if (client < 0 || setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
    fail("accept");
  int poll = epoll_create1(0);
  struct epoll_event wanted = {.events = EPOLLIN, .data = {.fd = client}};
  if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, client, &wanted) < 0)
    fail("epoll");

  size_t bytes = 0;
  for (;;) {
    struct epoll_event event;
    char message[KEY_EVENT];
    if (epoll_wait(poll, &event, 1, -1) < 0)
      fail("epoll_wait");
    ssize_t got = read(client, message, sizeof message - bytes);
    if (got <= 0)
      return 0; // the client has gone
    bytes += (size_t)got;
    if (bytes == sizeof message) {
      bytes = 0;
      if (write(STDOUT_FILENO, "k", 1) != 1)
        fail("write");
    }
  }
}
