/*
 * The recorder of the lab's guest: what arrives at its keyboard and its pointer, in order, without loss of its own.
 *
 * Keys are read from the text console in medium raw mode: one byte for a press or a release (bit 7: release), three for
 * codes above 127. They come through the tty's buffers of 64 KiB. A reader of /dev/input/eventN would not do: its buffer
 * has 64 entries, xen-kbdfront hands over up to 51 events in one interrupt, and each takes two. A second press without
 * a release in between shows as such, since the driver reports it as a repeat and the console passes it on.
 *
 * The pointer is read from its event device, whose buffer of 128 entries holds 30 to 40 movements. If it ever runs over
 * (SYN_DROPPED), that is counted and said, for the record is then worth nothing.
 *
 * One thread of real-time priority reads into memory and does nothing else; the main thread answers commands.
 *
 * Commands are lines on the console device, "TAG COMMAND ARGUMENTS". Each line of an answer begins with TAG, and the
 * last one is "TAG ok ..." or "TAG error ...". Digests are FNV-1a, 64 bits, over each event's fields as 32-bit
 * little-endian words: code, value for keys; kind, a, b for the pointer.
 *
 *   count            events and digests of both records, and what was dropped
 *   keys FROM TO     keys FROM to TO-1, eight or so a line: "TAG key FROM 30+ 30- ..." (+ pressed, - released)
 *   pointer FROM TO  the pointer's events, one a line: "TAG pointer N move X Y", "button CODE 0|1", "wheel STEPS 0",
 *                    "relative DX DY"
 *   held             keys and buttons that the kernel holds for pressed, over all devices
 *   devices          the kernel's input devices by name
 *   reset            forgets both records
 *   notify IP PORT   from now on a UDP packet for each key, as it is read: its number in the record, from 0, then code
 *                    and value, as 32-bit big-endian words; "notify off" ends it
 *   fb               the framebuffer's geometry, and SHA-256 of its visible pixels: 0xRRGGBB, 32-bit little-endian
 *   pixels           the same, followed by the pixels themselves: lines of base64 of gzip
 *   text STRING      writes to the text console; \n, \e and \\ are known
 *   mode WxH         sets the framebuffer's mode
 *   rebind           takes both drivers off their devices and puts them on again
 *   reboot, crash    what they say; they do not answer
 *   sh COMMAND       a shell's output, one "TAG | line" each
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <linux/input.h>
#include <linux/kd.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#define CAPACITY (1 << 19)
#define DEVICES 32
#define SCREEN "/dev/tty1"

struct key {
	uint16_t code;
	uint8_t pressed;
};

enum kind { MOVE, RELATIVE, WHEEL, BUTTON };

static const char *const kind_names[] = {"move", "relative", "wheel", "button"};

struct pointer {
	int32_t kind, a, b;
};

/* Written by the reader alone; an entry is complete when the count covers it. */
static struct key keys[CAPACITY];
static struct pointer pointers[CAPACITY];
static atomic_uint key_count, pointer_count, dropped, overflows;
/* A reset moves the beginning, so that the reader need not stop for it. */
static unsigned key_start, pointer_start;

/* A connected UDP socket, or -1. */
static atomic_int notified = -1;

static FILE *console;

/* ---- reading ---- */

static void add_key(unsigned code, int pressed)
{
	unsigned n = atomic_load_explicit(&key_count, memory_order_relaxed);
	if (n == CAPACITY) {
		atomic_fetch_add(&overflows, 1);
		return;
	}
	keys[n] = (struct key){code, pressed};
	atomic_store_explicit(&key_count, n + 1, memory_order_release);
	int fd = atomic_load_explicit(&notified, memory_order_acquire);
	if (fd >= 0) {
		uint32_t words[] = {htonl(n - key_start), htonl(code), htonl(pressed)};
		send(fd, words, sizeof words, MSG_DONTWAIT);
	}
}

static void add_pointer(enum kind kind, int a, int b)
{
	unsigned n = atomic_load_explicit(&pointer_count, memory_order_relaxed);
	if (n == CAPACITY) {
		atomic_fetch_add(&overflows, 1);
		return;
	}
	pointers[n] = (struct pointer){kind, a, b};
	atomic_store_explicit(&pointer_count, n + 1, memory_order_release);
}

static int open_screen(void)
{
	int fd = open(SCREEN, O_RDWR | O_NOCTTY);
	struct termios raw;
	if (fd < 0 || tcgetattr(fd, &raw) != 0)
		return -1;
	cfmakeraw(&raw);
	raw.c_oflag |= OPOST | ONLCR;
	if (tcsetattr(fd, TCSANOW, &raw) != 0 || ioctl(fd, KDSKBMODE, K_MEDIUMRAW) != 0)
		return -1;
	return fd;
}

static void read_keys(int fd)
{
	static int part;
	static unsigned code;
	static int pressed;
	unsigned char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof bytes);
	for (ssize_t i = 0; i < n; i++) {
		unsigned low = bytes[i] & 0x7f;
		if (part == 0) {
			pressed = !(bytes[i] & 0x80);
			if (low != 0)
				add_key(low, pressed);
			else
				part = 1;
		} else if (part == 1) {
			code = low << 7;
			part = 2;
		} else {
			add_key(code | low, pressed);
			part = 0;
		}
	}
}

struct source {
	int fd;
	int index;
	int abs[2], rel[2];
	int moved, dragged;
};

static struct source sources[DEVICES];
static int source_count;

static int has_bit(const unsigned long *bits, int bit)
{
	return bits[bit / (8 * sizeof *bits)] >> (bit % (8 * sizeof *bits)) & 1;
}

/* Opens the event devices that have come, and stops each keyboard's own repeating. */
static void open_devices(void)
{
	for (int i = 0; i < DEVICES && source_count < DEVICES; i++) {
		char path[32];
		unsigned long types[(EV_CNT + 63) / 64] = {0};
		unsigned never[2] = {0, 0};
		int known = 0;
		snprintf(path, sizeof path, "/dev/input/event%d", i);
		for (int s = 0; s < source_count; s++)
			known |= sources[s].index == i;
		if (known)
			continue;
		int fd = open(path, O_RDONLY | O_NONBLOCK);
		if (fd < 0)
			continue;
		ioctl(fd, EVIOCSREP, never);
		ioctl(fd, EVIOCGBIT(0, sizeof types), types);
		if (!has_bit(types, EV_ABS) && !has_bit(types, EV_REL)) {
			close(fd);
			continue;
		}
		sources[source_count++] = (struct source){.fd = fd, .index = i};
	}
}

static void pointer_event(struct source *s, const struct input_event *e)
{
	if (e->type == EV_SYN && e->code == SYN_DROPPED) {
		atomic_fetch_add(&dropped, 1);
	} else if (e->type == EV_ABS && e->code <= ABS_Y) {
		s->abs[e->code] = e->value;
		s->moved = 1;
	} else if (e->type == EV_REL && e->code <= REL_Y) {
		s->rel[e->code] = e->value;
		s->dragged = 1;
	} else if (e->type == EV_REL && e->code == REL_WHEEL) {
		add_pointer(WHEEL, e->value, 0);
	} else if (e->type == EV_KEY && e->code >= BTN_MISC) {
		add_pointer(BUTTON, e->code, e->value);
	} else if (e->type == EV_SYN && e->code == SYN_REPORT) {
		if (s->moved)
			add_pointer(MOVE, s->abs[0], s->abs[1]);
		if (s->dragged)
			add_pointer(RELATIVE, s->rel[0], s->rel[1]);
		s->moved = s->dragged = s->rel[0] = s->rel[1] = 0;
	}
}

/* Reads all there is; says whether the device is still there. */
static int read_pointer(struct source *s)
{
	struct input_event events[64];
	ssize_t n;
	while ((n = read(s->fd, events, sizeof events)) > 0)
		for (size_t i = 0; i < n / sizeof *events; i++)
			pointer_event(s, &events[i]);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static int open_uevents(void)
{
	struct sockaddr_nl all = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
	if (fd >= 0)
		bind(fd, (struct sockaddr *)&all, sizeof all);
	return fd;
}

static void *reader(void *screen)
{
	int tty = *(int *)screen, uevents = open_uevents();
	char rest[8192];
	open_devices();
	for (;;) {
		struct pollfd fds[DEVICES + 2] = {{tty, POLLIN, 0}, {uevents, POLLIN, 0}};
		for (int i = 0; i < source_count; i++)
			fds[i + 2] = (struct pollfd){sources[i].fd, POLLIN, 0};
		if (poll(fds, source_count + 2, -1) <= 0)
			continue;
		if (fds[0].revents & POLLIN)
			read_keys(tty);
		for (int i = source_count - 1; i >= 0; i--)
			if (fds[i + 2].revents && !read_pointer(&sources[i])) {
				close(sources[i].fd);
				sources[i] = sources[--source_count];
			}
		if (fds[1].revents) {
			while (recv(uevents, rest, sizeof rest, 0) > 0)
				;
			open_devices();
		}
	}
	return NULL;
}

/* ---- answering ---- */

static const char *tag;

static void say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fprintf(console, "%s ", tag);
	vfprintf(console, format, args);
	fputc('\n', console);
	fflush(console);
	va_end(args);
}

static void fail(const char *what)
{
	say("error %s: %s", what, strerror(errno));
}

static uint64_t mix(uint64_t digest, uint32_t word)
{
	for (int i = 0; i < 4; i++, word >>= 8)
		digest = (digest ^ (word & 0xff)) * 0x100000001b3ULL;
	return digest;
}

static void count(void)
{
	uint64_t k = 0xcbf29ce484222325ULL, p = k;
	unsigned nk = atomic_load_explicit(&key_count, memory_order_acquire);
	unsigned np = atomic_load_explicit(&pointer_count, memory_order_acquire);
	for (unsigned i = key_start; i < nk; i++)
		k = mix(mix(k, keys[i].code), keys[i].pressed);
	for (unsigned i = pointer_start; i < np; i++)
		p = mix(mix(mix(p, pointers[i].kind), pointers[i].a), pointers[i].b);
	say("ok keys=%u key-digest=%016llx pointer=%u pointer-digest=%016llx dropped=%u overflows=%u", nk - key_start,
	    (unsigned long long)k, np - pointer_start, (unsigned long long)p, atomic_load(&dropped),
	    atomic_load(&overflows));
}

/* FROM and TO of a dump, within what there is. */
static void range(const char *args, unsigned n, unsigned *from, unsigned *to)
{
	*from = 0;
	*to = n;
	sscanf(args, "%u %u", from, to);
	if (*to > n)
		*to = n;
	if (*from > *to)
		*from = *to;
}

static void dump_keys(const char *args)
{
	unsigned from, to;
	range(args, atomic_load_explicit(&key_count, memory_order_acquire) - key_start, &from, &to);
	for (unsigned i = from; i < to;) {
		unsigned end = i + 16 < to ? i + 16 : to;
		fprintf(console, "%s key %u", tag, i);
		for (; i < end; i++)
			fprintf(console, " %u%c", keys[key_start + i].code, keys[key_start + i].pressed ? '+' : '-');
		fputc('\n', console);
	}
	say("ok from=%u to=%u", from, to);
}

static void dump_pointer(const char *args)
{
	unsigned from, to;
	range(args, atomic_load_explicit(&pointer_count, memory_order_acquire) - pointer_start, &from, &to);
	for (unsigned i = from; i < to; i++) {
		const struct pointer *p = &pointers[pointer_start + i];
		fprintf(console, "%s pointer %u %s %d %d\n", tag, i, kind_names[p->kind], p->a, p->b);
	}
	say("ok from=%u to=%u", from, to);
}

static void devices(int held)
{
	int n = 0;
	for (int i = 0; i < DEVICES; i++) {
		char path[32], name[128] = "";
		unsigned long down[(KEY_CNT + 63) / 64] = {0};
		snprintf(path, sizeof path, "/dev/input/event%d", i);
		int fd = open(path, O_RDONLY | O_NONBLOCK);
		if (fd < 0)
			continue;
		ioctl(fd, EVIOCGNAME(sizeof name - 1), name);
		ioctl(fd, EVIOCGKEY(sizeof down), down);
		close(fd);
		if (!held) {
			say("device %d %s", i, name);
			n++;
			continue;
		}
		for (int code = 0; code < KEY_CNT; code++)
			if (has_bit(down, code)) {
				say("held %d %s", code, name);
				n++;
			}
	}
	say("ok count=%d", n);
}

#define SNAPSHOT "/tmp/pixels"

static void pipe_out(const char *command, const char *prefix)
{
	char line[1024];
	FILE *p = popen(command, "r");
	while (p && fgets(line, sizeof line, p)) {
		line[strcspn(line, "\n")] = 0;
		say("%s %s", prefix, line);
	}
	if (p)
		pclose(p);
}

/* Writes the visible pixels to a file; says the geometry. */
static void framebuffer(int with_pixels)
{
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	char sum[65] = "";
	int fd = open("/dev/fb0", O_RDONLY);
	if (fd < 0) {
		fail("no framebuffer /dev/fb0");
		return;
	}
	if (ioctl(fd, FBIOGET_VSCREENINFO, &var) || ioctl(fd, FBIOGET_FSCREENINFO, &fix)) {
		fail("framebuffer's geometry");
		close(fd);
		return;
	}
	FILE *out = fopen(SNAPSHOT, "w");
	uint32_t *row = malloc(fix.line_length);
	if (!out || !row || var.bits_per_pixel != 32) {
		say("error framebuffer bits-per-pixel=%u: 32 are needed", var.bits_per_pixel);
	} else {
		for (unsigned y = 0; y < var.yres; y++) {
			off_t at = (off_t)(y + var.yoffset) * fix.line_length + var.xoffset * 4;
			if (pread(fd, row, var.xres * 4, at) != (ssize_t)var.xres * 4)
				break;
			for (unsigned x = 0; x < var.xres; x++)
				row[x] &= 0xffffff;
			fwrite(row, 4, var.xres, out);
		}
		fflush(out);
		FILE *p = popen("sha256sum < " SNAPSHOT, "r");
		if (p && fgets(sum, sizeof sum, p))
			pclose(p);
		if (with_pixels)
			pipe_out("gzip -c < " SNAPSHOT " | base64 -w 120", "pixels");
		say("ok width=%u height=%u stride=%u bytes=%ld sha256=%s", var.xres, var.yres, fix.line_length, ftell(out), sum);
	}
	free(row);
	if (out)
		fclose(out);
	close(fd);
}

static void text(int screen, const char *s)
{
	char out[2048];
	size_t n = 0;
	for (; *s && n < sizeof out; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			out[n++] = *s == 'n' ? '\n' : *s == 'e' ? 27 : *s;
		} else {
			out[n++] = *s;
		}
	}
	if (write(screen, out, n) == (ssize_t)n)
		say("ok bytes=%zu", n);
	else
		fail("write to " SCREEN);
}

static void mode(const char *args)
{
	struct fb_var_screeninfo var;
	unsigned width, height;
	int fd = open("/dev/fb0", O_RDWR);
	if (fd < 0 || sscanf(args, "%ux%u", &width, &height) != 2 || ioctl(fd, FBIOGET_VSCREENINFO, &var)) {
		fail("mode WIDTHxHEIGHT");
	} else {
		var.xres = var.xres_virtual = width;
		var.yres = var.yres_virtual = height;
		var.activate = FB_ACTIVATE_NOW | FB_ACTIVATE_ALL;
		if (ioctl(fd, FBIOPUT_VSCREENINFO, &var))
			fail("FBIOPUT_VSCREENINFO");
		else
			say("ok width=%u height=%u", var.xres, var.yres);
	}
	if (fd >= 0)
		close(fd);
}

static void notify(const char *args)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	char address[16];
	unsigned port;
	int fd = -1, before;
	if (strcmp(args, "off")) {
		if (sscanf(args, "%15s %u", address, &port) != 2 || inet_pton(AF_INET, address, &to.sin_addr) != 1) {
			say("error notify=\"%s\" is not IP PORT", args);
			return;
		}
		to.sin_port = htons(port);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) {
			fail("notify");
			if (fd >= 0)
				close(fd);
			return;
		}
	}
	before = atomic_exchange(&notified, fd);
	if (before >= 0)
		close(before);
	say("ok");
}

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);
	int done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return done;
}

static void rebind(void)
{
	static const char *const names[] = {"vkbd", "vfb"};
	char path[64], device[16];
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "/sys/bus/xen/drivers/%s/%s", names[i % 2], i < 2 ? "unbind" : "bind");
		snprintf(device, sizeof device, "%s-0", names[i % 2]);
		if (!put(path, device)) {
			fail(path);
			return;
		}
	}
	say("ok");
}

static void answer(int screen, const char *command, const char *args)
{
	if (!strcmp(command, "count"))
		count();
	else if (!strcmp(command, "keys"))
		dump_keys(args);
	else if (!strcmp(command, "pointer"))
		dump_pointer(args);
	else if (!strcmp(command, "held"))
		devices(1);
	else if (!strcmp(command, "devices"))
		devices(0);
	else if (!strcmp(command, "reset")) {
		atomic_store(&dropped, 0);
		atomic_store(&overflows, 0);
		key_start = atomic_load(&key_count);
		pointer_start = atomic_load(&pointer_count);
		say("ok");
	} else if (!strcmp(command, "notify"))
		notify(args);
	else if (!strcmp(command, "fb"))
		framebuffer(0);
	else if (!strcmp(command, "pixels"))
		framebuffer(1);
	else if (!strcmp(command, "text"))
		text(screen, args);
	else if (!strcmp(command, "mode"))
		mode(args);
	else if (!strcmp(command, "rebind"))
		rebind();
	else if (!strcmp(command, "reboot"))
		reboot(RB_AUTOBOOT);
	else if (!strcmp(command, "crash"))
		put("/proc/sysrq-trigger", "c");
	else if (!strcmp(command, "sh")) {
		pipe_out(args, "|");
		say("ok");
	} else
		say("error unknown command=%s", command);
}

int main(int argc, char **argv)
{
	const char *device = argc > 1 ? argv[1] : "/dev/hvc0";
	int fd = open(device, O_RDWR | O_NOCTTY), screen = open_screen();
	struct termios lines;
	struct sched_param first = {.sched_priority = 50};
	pthread_t thread;
	char line[4096];
	if (fd < 0 || tcgetattr(fd, &lines)) {
		perror(device);
		return 1;
	}
	lines.c_lflag &= ~(ECHO | ISIG);
	lines.c_iflag |= ICRNL;
	lines.c_oflag &= ~OPOST;
	tcsetattr(fd, TCSANOW, &lines);
	console = fdopen(dup(fd), "w");
	setvbuf(console, malloc(65536), _IOFBF, 65536);
	tag = "RECORDER";
	if (screen < 0) {
		fail("text console " SCREEN " in medium raw mode");
		return 1;
	}
	mlockall(MCL_CURRENT);
	if (pthread_create(&thread, NULL, reader, &screen)) {
		fail("reader");
		return 1;
	}
	if (pthread_setschedparam(thread, SCHED_FIFO, &first))
		fail("real-time priority");
	say("READY console=%s", device);
	FILE *in = fdopen(fd, "r");
	while (fgets(line, sizeof line, in)) {
		char *save, *words = line;
		line[strcspn(line, "\r\n")] = 0;
		tag = strtok_r(words, " ", &save);
		char *command = tag ? strtok_r(NULL, " ", &save) : NULL;
		if (command)
			answer(screen, command, save ? save : "");
	}
	return 1;
}
