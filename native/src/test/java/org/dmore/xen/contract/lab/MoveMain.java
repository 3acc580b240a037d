package org.dmore.xen.contract.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.lib.LibDomainPorts;

/**
 * Lives through a move of its own domain that nobody announced, with a port bound and a grant
 * mapped: the case in which the old ones must be left alone.
 *
 * <p>{@code java -cp 'DIR/*' org.dmore.xen.contract.lab.MoveMain OWNER-DOMID GRANT-REF}: the
 * reference is granted to this domain for writing by somebody, the move is somebody else's to
 * start, after {@code move: ready}. Ends with {@code move: N passed, N failed} and an exit status
 * accordingly; that the process ends, and the kernel with it does not complain, is part of the
 * test.
 */
public final class MoveMain {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private int passed;
  private int failed;

  private MoveMain() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    MoveMain test = new MoveMain();
    test.run(DomainId.parse(arguments[0]), GrantRef.parse(arguments[1]));
    System.out.println("move: " + test.passed + " passed, " + test.failed + " failed");
    System.exit(test.failed == 0 ? 0 : 1);
  }

  private void run(DomainId owner, GrantRef ref) throws Exception {
    LibDomainPorts ports = LibDomainPorts.open();
    XenStore store = ports.xenStore();
    EventChannels channels = ports.eventChannels();
    CountDownLatch moved = new CountDownLatch(2);
    AtomicInteger others = new AtomicInteger();
    store.watch("domid", path -> moved.countDown());
    store.watch("data", path -> others.incrementAndGet());
    SharedPage page = ports.grantTable().map(owner, ref, Access.READ_WRITE);
    page.putInt(0, 0x1234);
    DomainId self = DomainId.parse(store.read("domid").orElseThrow());
    EventPort first = channels.allocateUnbound(DomainId.DOM0);
    EventPort second = channels.allocateUnbound(DomainId.DOM0);
    System.out.println("move: ready, domid=" + self + " ports=" + first + "," + second);
    XenStore.Transaction transaction = store.begin();
    transaction.write("data/before", "1");
    int before = others.get();

    moved.await();
    long noticed = System.nanoTime();
    DomainId now = DomainId.parse(store.read("domid").orElseThrow());
    System.out.println("move: noticed, domid=" + now);
    check("the mapped page reads all ones", page.getInt(0) == -1);
    page.abandon();
    check("an open transaction is over", refusal(Errno.EAGAIN, transaction::commit));
    transaction.close();
    channels.notify(first);
    check("unbinding an old port is refused", refusal(Errno.EINVAL, () -> channels.unbind(first)));
    channels.abandon(second);
    check("nothing is pending", channels.await(Duration.ZERO).isEmpty());

    EventPort front = channels.allocateUnbound(now);
    EventPort back = channels.bindInterdomain(now, front);
    check("a new port is pending at once", Optional.of(back).equals(channels.await(LIMIT)));
    channels.unmask(back);
    channels.notify(back);
    check("a new port notifies", Optional.of(front).equals(channels.await(LIMIT)));
    channels.unbind(front);
    channels.unbind(back);
    store.write("data/after", "1");
    check("xenstore is written", store.read("data/after").equals(Optional.of("1")));
    while (others.get() < before + 2 && System.nanoTime() - noticed < LIMIT.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    check("watches fire at the new host", others.get() >= before + 2);
    ports.close();
    System.out.println("move: closed");
  }

  private interface Call {
    void run() throws XenException;
  }

  private static boolean refusal(Errno errno, Call call) {
    try {
      call.run();
      return false;
    } catch (XenException e) {
      return e.errno() == errno;
    }
  }

  private void check(String what, boolean holds) {
    System.out.println((holds ? "pass " : "FAIL ") + what);
    if (holds) {
      passed++;
    } else {
      failed++;
    }
  }
}
