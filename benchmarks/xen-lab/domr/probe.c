/*
 * What a DomR in the wrong hands could do: run as root inside DomR, it tries what must fail, and beside each attempt
 * something of the same kind that must succeed, so that it cannot pass by being broken. It talks to the kernel's
 * devices directly and keeps no rule of its own: what refuses is Xen, or xenstored.
 *
 *   probe grants GUEST KEYBOARD BASE COUNT   KEYBOARD: the keyboard's grant; BASE, COUNT: the framebuffer's grants,
 *                                            of which the first is its page and the others are its pixels
 *   probe events GUEST                       all ports of dom0 and of the guest
 *   probe store FILE                         all nodes of xenstore, a path a line, as dom0 sees them
 *   probe hypercalls GUEST                   through privcmd, loaded with unrestricted=1
 *   probe memory GUEST FRAME                 likewise: mapping a frame of the guest by its number
 *
 * Each line is "PROBE NAME allowed|refused DETAILS"; the caller knows which it has to be. DETAILS have no blanks of
 * their own but between name=value.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of the kernel's <xen/gntdev.h>, <xen/evtchn.h> and <xen/privcmd.h>, which need headers of Xen's that stand elsewhere. */
struct map_grant_ref {
	uint32_t count, pad;
	uint64_t index;
	struct {
		uint32_t domid, ref;
	} refs[1];
};

struct copy_segment {
	union {
		void *virt;
		struct {
			uint32_t ref;
			uint16_t offset, domid;
		} foreign;
	} source, dest;
	uint16_t len, flags;
	int16_t status;
};

struct grant_copy {
	unsigned count;
	struct copy_segment *segments;
};

struct hypercall {
	uint64_t op, arg[5];
};

struct mmapbatch_v2 {
	unsigned num;
	uint16_t dom;
	uint64_t addr;
	const uint64_t *arr;
	int *err;
};

struct mmap_resource {
	uint16_t dom;
	uint32_t type, id, idx;
	uint64_t num, addr;
};

#define MAP_GRANT_REF _IOC(_IOC_NONE, 'G', 0, sizeof(struct map_grant_ref))
#define GRANT_COPY _IOC(_IOC_NONE, 'G', 8, sizeof(struct grant_copy))
#define COPY_SOURCE_IS_GRANT 1
#define COPY_DEST_IS_GRANT 2
#define BIND_INTERDOMAIN _IOC(_IOC_NONE, 'E', 1, 2 * sizeof(unsigned))
#define BIND_UNBOUND_PORT _IOC(_IOC_NONE, 'E', 2, sizeof(unsigned))
#define UNBIND _IOC(_IOC_NONE, 'E', 3, sizeof(unsigned))
#define PRIVCMD_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct hypercall))
#define MMAPBATCH_V2 _IOC(_IOC_NONE, 'P', 4, sizeof(struct mmapbatch_v2))
#define MMAP_RESOURCE _IOC(_IOC_NONE, 'P', 7, sizeof(struct mmap_resource))

#define PAGE 4096
/* The keyboard's page has 25 out events of 40 bytes at 3072, which end 24 bytes before the page does. */
#define UNUSED_IN_KEYBOARD_PAGE 4088
/* As many as 64 frames of a grant table have. */
#define GRANTS 32768
#define PORTS 1024

static void say(const char *name, int allowed, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	printf("PROBE %s %s ", name, allowed ? "allowed" : "refused");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

static void say_errno(const char *name, int allowed)
{
	say(name, allowed, "errno=%d", allowed ? 0 : errno);
}

static int device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		printf("PROBE-ERROR %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

/* ---- grants ---- */

static int gntdev;

static volatile uint32_t *map_grant(unsigned domid, unsigned ref, int protection)
{
	struct map_grant_ref map = {.count = 1, .refs = {{domid, ref}}};
	if (ioctl(gntdev, MAP_GRANT_REF, &map))
		return MAP_FAILED;
	return mmap(NULL, PAGE, protection, MAP_SHARED, gntdev, map.index);
}

/* Copies 4 bytes from a grant into memory, or the other way; the status is Xen's own word. */
static int copy(unsigned domid, unsigned ref, unsigned offset, void *memory, int write)
{
	struct copy_segment segment = {.len = 4, .flags = write ? COPY_DEST_IS_GRANT : COPY_SOURCE_IS_GRANT};
	struct grant_copy batch = {1, &segment};
	if (write) {
		segment.source.virt = memory;
		segment.dest.foreign.ref = ref;
		segment.dest.foreign.offset = offset;
		segment.dest.foreign.domid = domid;
	} else {
		segment.source.foreign.ref = ref;
		segment.source.foreign.offset = offset;
		segment.source.foreign.domid = domid;
		segment.dest.virt = memory;
	}
	if (ioctl(gntdev, GRANT_COPY, &batch))
		return -1000 - errno;
	return segment.status;
}

static sigjmp_buf refused;

static void on_fault(int signal)
{
	siglongjmp(refused, signal);
}

/* Makes a read-only mapping writable, as far as this kernel goes, and writes; tells what stands there after. */
static void write_through(const char *name, volatile uint32_t *word)
{
	uint32_t before = *word;
	void *page = (void *)((uintptr_t)word & ~(uintptr_t)(PAGE - 1));
	if (mprotect(page, PAGE, PROT_READ | PROT_WRITE)) {
		say_errno(name, 0);
		return;
	}
	int fault = sigsetjmp(refused, 1);
	if (fault == 0)
		*word = ~before;
	uint32_t after = *word;
	say(name, after != before, "before=%08x after=%08x signal=%d", before, after, fault);
	if (after != before)
		*word = before;
}

static void grants(unsigned guest, unsigned keyboard, unsigned base, unsigned count)
{
	uint32_t *memory = aligned_alloc(PAGE, PAGE);
	gntdev = device("/dev/xen/gntdev");

	volatile uint32_t *page = map_grant(guest, keyboard, PROT_READ | PROT_WRITE);
	say_errno("map-keyboard-page", page != MAP_FAILED);
	if (page != MAP_FAILED) {
		volatile uint32_t *word = page + UNUSED_IN_KEYBOARD_PAGE / 4;
		*word = 0x444d4f52;
		memory[0] = 0;
		int status = copy(guest, keyboard, UNUSED_IN_KEYBOARD_PAGE, memory, 0);
		say("write-keyboard-page", memory[0] == 0x444d4f52, "status=%d read-back=%08x", status, memory[0]);
		*word = 0;
	}

	volatile uint32_t *pixels = map_grant(guest, base + 1, PROT_READ);
	say_errno("map-pixels-read-only", pixels != MAP_FAILED);
	if (pixels != MAP_FAILED)
		write_through("write-pixels-through-mapping", pixels);
	say_errno("map-pixels-writable", map_grant(guest, base + 1, PROT_READ | PROT_WRITE) != MAP_FAILED);
	int status = copy(guest, base + 1, 0, memory, 0);
	say("copy-from-pixels", status == 0, "status=%d", status);
	status = copy(guest, base + 1, 0, memory, 1);
	say("copy-to-pixels", status == 0, "status=%d", status);

	/* What a guest never granted: its console's ring and its xenstore's are grants 0 and 1, for dom0 alone. */
	say_errno("map-console-ring", map_grant(guest, 0, PROT_READ) != MAP_FAILED);
	say_errno("map-xenstore-ring", map_grant(guest, 1, PROT_READ) != MAP_FAILED);

	for (int domain = 0; domain < 2; domain++) {
		unsigned id = domain ? guest : 0, readable = 0, offered = 0, writable = 0;
		for (unsigned ref = 0; ref < GRANTS; ref++) {
			int mine = id == guest && (ref == keyboard || (ref >= base && ref < base + count));
			int got = copy(id, ref, 0, memory, 0) == 0;
			readable += got && !mine;
			offered += got && mine;
			/* The word that was read is written: if it were let, nothing would change. */
			if (!(mine && ref <= base) && copy(id, ref, 0, memory, 1) == 0)
				writable++;
		}
		if (domain)
			say("read-all-offered-grants", offered == count + 1, "offered=%u of=%u", offered, count + 1);
		say(domain ? "read-any-other-grant-of-guest" : "read-any-grant-of-dom0", readable > 0, "tried=%d readable=%u",
		    GRANTS, readable);
		say(domain ? "write-any-grant-but-pages-of-guest" : "write-any-grant-of-dom0", writable > 0,
		    "tried=%d writable=%u", GRANTS, writable);
	}
}

/* ---- event channels ---- */

static void events(unsigned guest, unsigned own)
{
	int evtchn = device("/dev/xen/evtchn");
	unsigned self = own;
	int unbound = ioctl(evtchn, BIND_UNBOUND_PORT, &self);
	say_errno("offer-own-port", unbound > 0);
	unsigned loop[2] = {own, unbound};
	int bound = ioctl(evtchn, BIND_INTERDOMAIN, loop);
	say_errno("bind-own-offered-port", bound > 0);
	for (int domain = 0; domain < 2; domain++) {
		unsigned taken = 0;
		int errors[200] = {0};
		char seen[256] = "";
		for (unsigned port = 1; port < PORTS; port++) {
			unsigned bind[2] = {domain ? guest : 0, port};
			int got = ioctl(evtchn, BIND_INTERDOMAIN, bind);
			if (got > 0) {
				taken++;
				ioctl(evtchn, UNBIND, &got);
			} else {
				errors[errno < 200 ? errno : 0]++;
			}
		}
		for (int error = 0; error < 200; error++)
			if (errors[error])
				sprintf(seen + strlen(seen), " errno-%d=%d", error, errors[error]);
		say(domain ? "bind-ports-of-guest" : "bind-ports-of-dom0", taken > 0, "tried=%d bound=%u%s", PORTS - 1, taken,
		    seen);
	}
}

/* ---- xenstore, by its own protocol ---- */

enum { XS_DIRECTORY = 1, XS_READ = 2, XS_WRITE = 11, XS_RM = 13, XS_ERROR = 16 };

struct xsd {
	uint32_t type, request, transaction, length;
};

static int xenbus;
static char value[4096];

/* One request; gives NULL, or what kind of error xenstored names. */
static const char *ask(int type, const char *path, const char *data)
{
	struct xsd head = {type, 1, 0, strlen(path) + 1 + (data ? strlen(data) : 0)};
	char message[8192];
	memcpy(message, &head, sizeof head);
	memcpy(message + sizeof head, path, strlen(path) + 1);
	if (data)
		memcpy(message + sizeof head + strlen(path) + 1, data, strlen(data));
	if (write(xenbus, message, sizeof head + head.length) < 0)
		return strerrorname_np(errno);
	for (size_t n = 0; n < sizeof head;) {
		ssize_t got = read(xenbus, (char *)&head + n, sizeof head - n);
		if (got <= 0)
			return "EOF";
		n += got;
	}
	for (size_t n = 0; n < head.length && n < sizeof value - 1;) {
		ssize_t got = read(xenbus, value + n, head.length - n);
		if (got <= 0)
			return "EOF";
		n += got;
	}
	value[head.length < sizeof value ? head.length : sizeof value - 1] = 0;
	return head.type == XS_ERROR ? value : NULL;
}

static int starts(const char *text, const char *with)
{
	size_t n = strlen(with);
	return !strncmp(text, with, n) && (text[n] == '/' || text[n] == 0);
}

static void store(const char *file, unsigned own)
{
	char path[1024], home[64], mine[1024] = "", error[64];
	unsigned read_own = 0, tried = 0, read_others = 0, written = 0;
	FILE *nodes = fopen(file, "r");
	xenbus = device("/dev/xen/xenbus");
	if (!nodes) {
		printf("PROBE-ERROR %s: %s\n", file, strerror(errno));
		exit(1);
	}
	snprintf(home, sizeof home, "/local/domain/%u", own);
	while (fgets(path, sizeof path, nodes)) {
		path[strcspn(path, "\n")] = 0;
		const char *failed = ask(XS_READ, path, NULL);
		if (starts(path, home)) {
			read_own += !failed;
			/* A node of a backend's directory is DomR's own, to do with as it likes. */
			if (strstr(path + strlen(home), "/backend/vkbd/") && strlen(path) > 8 && !strcmp(path + strlen(path) - 6, "/state")) {
				strcpy(mine, path);
				strcpy(mine + strlen(mine) - 5, "probe");
			}
			continue;
		}
		tried++;
		if (!failed) {
			read_others++;
			say("read-node", 1, "path=%s", path);
			/* The same value: if it is let, nothing is different but that it was let. */
			char same[4096];
			strcpy(same, value);
			if (!ask(XS_WRITE, path, same)) {
				written++;
				say("write-node", 1, "path=%s", path);
			}
		} else {
			/* One below it that nobody has, so that nothing is spoilt if it is let. */
			char below[1100];
			snprintf(below, sizeof below, "%s/dmore-probe", path);
			if (!ask(XS_WRITE, below, "1")) {
				written++;
				say("write-node", 1, "path=%s", below);
				ask(XS_RM, below, NULL);
			}
		}
	}
	say("read-nodes-of-others", read_others > 0, "tried=%u readable=%u", tried, read_others);
	say("write-nodes-of-others", written > 0, "tried=%u writable=%u", tried, written);
	say("read-own-nodes", read_own > 0, "readable=%u", read_own);
	const char *failed = ask(XS_WRITE, mine, "1");
	snprintf(error, sizeof error, "%s", failed ? failed : "none");
	say("write-own-backend-node", !failed, "path=%s error=%s", mine, error);
	failed = ask(XS_RM, mine, NULL);
	snprintf(error, sizeof error, "%s", failed ? failed : "none");
	say("remove-own-backend-node", !failed, "path=%s error=%s", mine, error);
	failed = ask(XS_DIRECTORY, "/local/domain/0", NULL);
	say("list-dom0", !failed, "error=%s", failed ? failed : "none");
	failed = ask(XS_READ, "/local/domain/0/name", NULL);
	say("read-dom0-name", !failed, "error=%s", failed ? failed : "none");
	snprintf(mine, sizeof mine, "%s/target", home);
	failed = ask(XS_WRITE, mine, "0");
	say("write-own-target", !failed, "error=%s", failed ? failed : "none");
}

/* ---- hypercalls ---- */

static int privcmd;

/* The third argument is how many: of the operations here, only grant tables look at it. */
static long hypercall(unsigned op, unsigned long a, unsigned long b)
{
	struct hypercall call = {op, {a, b, 1}};
	long result = ioctl(privcmd, PRIVCMD_HYPERCALL, &call);
	return result < 0 ? -errno : result;
}

static void say_result(const char *name, long result)
{
	say(name, result >= 0, "result=%ld", result);
}

enum { SELF = 0x7ff0, MEMORY_OP = 12, VERSION = 17, GRANT_OP = 20, SCHED_OP = 29, EVENT_OP = 32, HVM_OP = 34 };
enum { SYSCTL = 35, DOMCTL = 36 };

static void hypercalls(unsigned guest)
{
	/* On a page of its own, which is there: Xen reads it and faults no page in. */
	static union {
		char page[PAGE];
		uint32_t words[PAGE / 4];
		uint16_t halves[PAGE / 2];
		uint64_t longs[PAGE / 8];
	} arg __attribute__((aligned(PAGE)));
	unsigned long at = (unsigned long)&arg;
	mlockall(MCL_CURRENT);
	privcmd = device("/dev/xen/privcmd");

	say_result("xen-version", hypercall(VERSION, 0, 0));
	for (int other = 0; other < 2; other++) {
		unsigned dom = other ? guest : SELF;
		memset(&arg, 0, sizeof arg);
		arg.halves[0] = dom;
		say_result(other ? "maximum-gpfn-of-guest" : "maximum-gpfn-of-own", hypercall(MEMORY_OP, 14, at));
		memset(&arg, 0, sizeof arg);
		arg.halves[0] = dom;
		long result = hypercall(GRANT_OP, 6, at);
		int16_t status = (int16_t)arg.halves[6];
		say(other ? "grant-table-size-of-guest" : "grant-table-size-of-own", result == 0 && status == 0,
		    "result=%ld status=%d frames=%u", result, status, arg.words[1]);
		memset(&arg, 0, sizeof arg);
		arg.halves[0] = dom;
		arg.words[1] = 1;
		say_result(other ? "event-port-of-guest" : "event-port-of-own", hypercall(EVENT_OP, 5, at));
		memset(&arg, 0, sizeof arg);
		arg.halves[0] = dom;
		arg.words[1] = 17;
		say_result(other ? "console-frame-of-guest" : "console-frame-of-own", hypercall(HVM_OP, 1, at));
	}
	/* Interface versions around 4.17's: a wrong one is refused before the right is asked for. */
	for (unsigned version = 0x13; version <= 0x18; version++) {
		char name[64];
		memset(&arg, 0, sizeof arg);
		arg.words[0] = 5;
		arg.words[1] = version;
		arg.halves[4] = guest;
		snprintf(name, sizeof name, "domctl-of-guest-0x%x", version);
		say_result(name, hypercall(DOMCTL, at, 0));
		memset(&arg, 0, sizeof arg);
		arg.words[0] = 3;
		arg.words[1] = version;
		snprintf(name, sizeof name, "sysctl-0x%x", version);
		say_result(name, hypercall(SYSCTL, at, 0));
	}
	memset(&arg, 0, sizeof arg);
	arg.halves[0] = guest;
	say_result("reset-event-channels-of-guest", hypercall(EVENT_OP, 10, at));
	memset(&arg, 0, sizeof arg);
	arg.halves[0] = guest;
	arg.words[1] = 1;
	say_result("reboot-guest", hypercall(SCHED_OP, 4, at));
}

static void memory(unsigned guest, uint64_t frame)
{
	int err = 0;
	privcmd = device("/dev/xen/privcmd");
	void *at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, privcmd, 0);
	say_errno("reserve-addresses-for-frames", at != MAP_FAILED);
	struct mmapbatch_v2 batch = {1, guest, (uint64_t)at, &frame, &err};
	int result = ioctl(privcmd, MMAPBATCH_V2, &batch);
	say("map-frame-of-guest", result == 0 && err == 0, "result=%d errno=%d frame-error=%d", result, result ? errno : 0,
	    err);
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, privcmd, 0);
	struct mmap_resource table = {.dom = guest, .type = 1, .num = 1, .addr = (uint64_t)at};
	result = ioctl(privcmd, MMAP_RESOURCE, &table);
	say("map-grant-table-of-guest", result == 0, "result=%d errno=%d", result, result ? errno : 0);
}

static unsigned own_domid(void)
{
	xenbus = device("/dev/xen/xenbus");
	const char *failed = ask(XS_READ, "domid", NULL);
	if (failed) {
		printf("PROBE-ERROR domid: %s\n", failed);
		exit(1);
	}
	close(xenbus);
	return atoi(value);
}

int main(int argc, char **argv)
{
	struct sigaction fault = {.sa_handler = on_fault};
	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGBUS, &fault, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	unsigned n[5] = {0};
	for (int i = 2; i < argc && i < 7; i++)
		n[i - 2] = strtoul(argv[i], NULL, 10);
	if (argc == 6 && !strcmp(argv[1], "grants"))
		grants(n[0], n[1], n[2], n[3]);
	else if (argc == 3 && !strcmp(argv[1], "events"))
		events(n[0], own_domid());
	else if (argc == 3 && !strcmp(argv[1], "store"))
		store(argv[2], own_domid());
	else if (argc == 3 && !strcmp(argv[1], "hypercalls"))
		hypercalls(n[0]);
	else if (argc == 4 && !strcmp(argv[1], "memory"))
		memory(n[0], strtoull(argv[3], NULL, 10));
	else {
		fprintf(stderr, "see probe.c for the usage\n");
		return 2;
	}
	printf("PROBE-END %s\n", argv[1]);
	return 0;
}
