/*
 * A floor for a key's way, without a JVM on the server's side: an epoll loop reads RFB KeyEvents
 * from one TCP connection on the loopback and wakes a second thread by an eventfd, as a guest's
 * interrupt must; that one counts, in a page that the client shares.
 *
 *     floor PAGE
 *
 * PAGE is a file of at least 16 bytes: the count of keys, then whether the client sleeps. Both are
 * 64 bits in the machine's order. Standard output has the port in decimal and a newline, then one
 * byte each time that a sleeping client is woken. Ends with the connection or with standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_LENGTH = 8, READ_LENGTH = 2048 };

struct page {
    _Atomic int64_t count;
    _Atomic int64_t asleep;
};

static struct page *page;
static int interrupt_fd;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* The guest's part: what was raised has arrived; a client that sleeps is told. */
static void *guest(void *unused)
{
    (void)unused;
    for (;;) {
        uint64_t raised;
        if (read(interrupt_fd, &raised, sizeof raised) != sizeof raised)
            fail("eventfd");
        atomic_fetch_add(&page->count, (int64_t)raised);
        if (atomic_load(&page->asleep) && atomic_exchange(&page->asleep, 0)) {
            char token = 1;
            if (write(STDOUT_FILENO, &token, 1) != 1)
                fail("standard output");
        }
    }
    return NULL;
}

static int accept_client(void)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) ||
        listen(listener, 1) || getsockname(listener, (struct sockaddr *)&address, &length))
        fail("port on the loopback");
    if (dprintf(STDOUT_FILENO, "%d\n", ntohs(address.sin_port)) < 0)
        fail("standard output");
    int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0 || setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on))
        fail("accept");
    close(listener);
    return client;
}

static void watch(int poller, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event))
        fail("epoll_ctl");
}

/* Reads once, as an event loop does; false at the end of the connection. */
static int serve(int client)
{
    static size_t bytes;
    char in[READ_LENGTH];
    ssize_t got = read(client, in, sizeof in);
    if (got < 0 && errno == EAGAIN)
        return 1;
    if (got <= 0)
        return 0;
    bytes += (size_t)got;
    uint64_t whole = bytes / MESSAGE_LENGTH;
    bytes %= MESSAGE_LENGTH;
    if (whole > 0 && write(interrupt_fd, &whole, sizeof whole) != sizeof whole)
        fail("eventfd");
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: floor PAGE\n");
        return 2;
    }
    int file = open(argv[1], O_RDWR | O_CLOEXEC);
    if (file < 0)
        fail(argv[1]);
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    interrupt_fd = eventfd(0, EFD_CLOEXEC);
    pthread_t thread;
    if (page == MAP_FAILED || interrupt_fd < 0 || pthread_create(&thread, NULL, guest, NULL))
        fail("start");

    int client = accept_client();
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0)
        fail("epoll_create1");
    watch(poller, client, EPOLLIN);
    watch(poller, STDIN_FILENO, 0); /* hang-up is always told */
    for (;;) {
        struct epoll_event event;
        int ready = epoll_wait(poller, &event, 1, -1);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            fail("epoll_wait");
        if (event.data.fd != client || !serve(client))
            return 0;
    }
}
