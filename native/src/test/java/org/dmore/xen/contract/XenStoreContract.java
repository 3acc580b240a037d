package org.dmore.xen.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.NodePermissions.Right;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.junit.jupiter.api.Test;

/** {@link XenStore} as an unprivileged domain and as dom0 have it. */
public abstract class XenStoreContract extends PortContract {

  private XenStore guest() {
    return rig().granter().xenStore();
  }

  private XenStore other() {
    return rig().backend().xenStore();
  }

  private XenStore dom0() {
    return rig().dom0().xenStore();
  }

  /** A path below a directory of the granter's own. */
  private String absolute(String path) {
    return "/local/domain/" + rig().granterId() + "/" + path;
  }

  private NodePermissions sharedWithOther() {
    return NodePermissions.ownedBy(rig().granterId()).readableBy(rig().backendId());
  }

  @Test
  void aDomainKnowsItself() throws Exception {
    assertThat(guest().read("domid")).contains(rig().granterId().toString());
    assertThat(guest().read(absolute("domid"))).contains(rig().granterId().toString());
  }

  @Test
  void writingMakesTheParents() throws Exception {
    guest().write("data/a/b/c", "1");
    assertThat(guest().read("data/a/b/c")).contains("1");
    assertThat(guest().read("data/a/b")).contains("");
    assertThat(guest().list("data/a")).contains(List.of("b"));
    assertThat(guest().list("data/a/b/c")).contains(List.of());
    guest().write("data/a/b/c", "2 grüße");
    assertThat(dom0().read(absolute("data/a/b/c"))).contains("2 grüße");
  }

  @Test
  void childrenAreListedInOrder() throws Exception {
    for (String name : List.of("z", "a", "m")) {
      guest().write("data/" + name, "");
    }
    assertThat(guest().list("data")).contains(List.of("a", "m", "z"));
  }

  @Test
  void whatIsNotThereIsEmpty() throws Exception {
    assertThat(guest().read("data/none")).isEmpty();
    assertThat(guest().list("data/none")).isEmpty();
    guest().remove("data/none");
    assertRefused(Errno.ENOENT, () -> guest().permissions("data/none"));
    assertRefused(Errno.ENOENT, () -> guest().setPermissions("data/none", sharedWithOther()));
  }

  @Test
  void removingTakesAllBelow() throws Exception {
    guest().write("data/a/b/c", "1");
    guest().remove("data/a");
    assertThat(guest().read("data/a/b/c")).isEmpty();
    assertThat(guest().list("data")).contains(List.of());
  }

  @Test
  void malformedPathsAreInvalid() {
    for (String path :
        List.of("", "data/", "data//a", "/local//x", "data/a b", "data/ü", "d".repeat(2049))) {
      assertRefused(Errno.EINVAL, () -> guest().read(path));
      assertRefused(Errno.EINVAL, () -> guest().write(path, "x"));
    }
    assertRefused(Errno.EINVAL, () -> guest().read("/" + "d".repeat(3072)));
  }

  @Test
  void aValueThatIsTooLongIsInvalid() throws Exception {
    dom0().write(absolute("data/long"), "x".repeat(3000));
    assertThat(dom0().read(absolute("data/long")).orElseThrow()).hasSize(3000);
    assertRefused(Errno.EINVAL, () -> dom0().write(absolute("data/long"), "x".repeat(4096)));
    assertRefused(Errno.EINVAL, () -> guest().write("data/long", "x".repeat(4096)));
  }

  @Test
  void aGuestsNodeHoldsHalfOfWhatAMessageHolds() throws Exception {
    guest().write("data/long", "x".repeat(1900));
    assertRefused(Errno.EQUOTA, () -> guest().write("data/long", "x".repeat(2048)));
    assertThat(guest().read("data/long").orElseThrow()).hasSize(1900);
  }

  @Test
  void aDomainCannotTouchWhatIsNotIts() throws Exception {
    guest().write("data/secret", "s");
    String path = absolute("data/secret");
    assertRefused(Errno.EACCES, () -> other().read(path));
    assertRefused(Errno.EACCES, () -> other().read(absolute("data/none")));
    assertRefused(Errno.EACCES, () -> other().list(absolute("data")));
    assertRefused(Errno.EACCES, () -> other().write(path, "x"));
    assertRefused(Errno.EACCES, () -> other().write(path + "/child", "x"));
    assertRefused(Errno.EACCES, () -> other().remove(path));
    assertRefused(Errno.EACCES, () -> other().setPermissions(path, sharedWithOther()));
    assertRefused(Errno.EACCES, () -> guest().write("/local/domain/0/name", "mine"));
    assertThat(dom0().read(path)).contains("s");
  }

  @Test
  void permissionsLetOthersIn() throws Exception {
    guest().write("data/shared", "1");
    guest().setPermissions("data/shared", sharedWithOther());
    assertThat(guest().permissions("data/shared")).isEqualTo(sharedWithOther());
    assertThat(other().read(absolute("data/shared"))).contains("1");
    assertRefused(Errno.EACCES, () -> other().write(absolute("data/shared"), "2"));
    guest()
        .setPermissions(
            "data/shared",
            new NodePermissions(
                rig().granterId(), Right.NONE, Map.of(rig().backendId(), Right.BOTH)));
    other().write(absolute("data/shared"), "2");
    assertThat(guest().read("data/shared")).contains("2");
  }

  @Test
  void newNodesHaveTheirParentsPermissionsAndTheWriterAsOwner() throws Exception {
    guest().write("data/shared", "");
    guest().setPermissions("data/shared", sharedWithOther());
    guest().write("data/shared/child", "1");
    assertThat(guest().permissions("data/shared/child")).isEqualTo(sharedWithOther());
    dom0().write(absolute("data/shared/by-dom0"), "1");
    assertThat(guest().permissions("data/shared/by-dom0")).isEqualTo(sharedWithOther());
  }

  @Test
  void dom0GivesNodesAway() throws Exception {
    dom0().write(absolute("device/vkbd/0/state"), "1");
    assertRefused(Errno.EACCES, () -> guest().write("device/vkbd/0/state", "3"));
    dom0().setPermissions(absolute("device/vkbd/0/state"), sharedWithOther());
    guest().write("device/vkbd/0/state", "3");
    assertThat(other().read(absolute("device/vkbd/0/state"))).contains("3");
  }

  @Test
  void aTransactionIsSeenByNobodyBeforeItsCommit() throws Exception {
    guest().write("data/t", "old");
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.write("data/t", "new");
      transaction.write("data/u/v", "1");
      assertThat(transaction.read("data/t")).contains("new");
      assertThat(transaction.list("data/u")).contains(List.of("v"));
      assertThat(guest().read("data/t")).contains("old");
      assertThat(guest().read("data/u")).isEmpty();
      transaction.commit();
    }
    assertThat(guest().read("data/t")).contains("new");
    assertThat(guest().read("data/u/v")).contains("1");
  }

  @Test
  void aTransactionThatIsGivenUpLeavesNothing() throws Exception {
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.write("data/t", "new");
    }
    assertThat(guest().read("data/t")).isEmpty();
  }

  @Test
  void aTransactionConflictsWithAChangeOfWhatItRead() throws Exception {
    guest().write("data/read", "1");
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.read("data/read");
      transaction.write("data/written", "x");
      dom0().write(absolute("data/read"), "2");
      assertRefused(Errno.EAGAIN, transaction::commit);
    }
    assertThat(guest().read("data/written")).isEmpty();
  }

  @Test
  void aTransactionConflictsWithANodeThatAppearedOrWent() throws Exception {
    guest().write("data/there", "1");
    try (XenStore.Transaction transaction = guest().begin()) {
      assertThat(transaction.read("data/appears")).isEmpty();
      transaction.write("data/out/x", "x");
      dom0().write(absolute("data/appears"), "1");
      assertRefused(Errno.EAGAIN, transaction::commit);
    }
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.read("data/there");
      guest().remove("data/there");
      assertRefused(Errno.EAGAIN, transaction::commit);
    }
    guest().write("data/list/a", "");
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.list("data/list");
      guest().write("data/list/b", "");
      assertRefused(Errno.EAGAIN, transaction::commit);
    }
  }

  @Test
  void aTransactionDoesNotConflictWithOtherNodes() throws Exception {
    guest().write("data/a/x", "1");
    guest().write("data/b/y", "1");
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.write("data/a/x", "2");
      guest().write("data/b/y", "2");
      transaction.commit();
    }
    assertThat(guest().read("data/a/x")).contains("2");
  }

  @Test
  void twoWritersCountWithoutLosingOne() throws Exception {
    guest().write("data/counter", "0");
    int each = 300;
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int w = 0; w < 2; w++) {
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < each; i++) {
                  increment();
                }
              }));
    }
    for (CompletableFuture<Void> writer : writers) {
      writer.get(20L * rig().patience(), TimeUnit.SECONDS);
    }
    assertThat(guest().read("data/counter")).contains(Integer.toString(2 * each));
  }

  private void increment() {
    try {
      guest()
          .inTransaction(
              view -> {
                int value = Integer.parseInt(view.read("data/counter").orElseThrow());
                view.write("data/counter", Integer.toString(value + 1));
                return value;
              });
    } catch (XenException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aWatchFiresOnceAtTheBeginning() throws Exception {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    try (XenStore.Watch watch = guest().watch("data/w", events::add)) {
      assertThat(watch).isNotNull();
      await().until(() -> List.copyOf(events).equals(List.of("data/w")));
    }
  }

  @Test
  void aWatchTellsChangesAtItsNodeAndBelow() throws Exception {
    guest().write("data/w/a", "");
    Queue<String> events = new ConcurrentLinkedQueue<>();
    guest().watch("data/w", events::add);
    await().until(() -> events.size() == 1);
    guest().write("data/beside", "");
    guest().write("data/w/a/b", "1");
    await().until(() -> events.size() == 2);
    guest().write("data/w", "1");
    await().until(() -> events.size() == 3);
    guest().setPermissions("data/w/a", sharedWithOther());
    await().until(() -> events.size() == 4);
    guest().remove("data/w/a");
    await().until(() -> events.size() == 5);
    assertThat(events).containsExactly("data/w", "data/w/a/b", "data/w", "data/w/a", "data/w/a");
  }

  @Test
  void aWatchTellsThatItsNodeWentWithItsParent() throws Exception {
    guest().write("data/w/a/b", "");
    Queue<String> events = new ConcurrentLinkedQueue<>();
    guest().watch("data/w/a/b", events::add);
    await().until(() -> events.size() == 1);
    guest().remove("data/w");
    await().until(() -> events.size() == 2);
    assertThat(events).containsOnly("data/w/a/b");
  }

  @Test
  void aWatchSeesATransactionAfterItsCommit() throws Exception {
    Queue<String> values = new ConcurrentLinkedQueue<>();
    guest().watch("data/w", path -> values.add(valueOf(path)));
    await().until(() -> values.size() == 1);
    try (XenStore.Transaction transaction = guest().begin()) {
      transaction.write("data/w", "1");
      transaction.write("data/w", "2");
      transaction.commit();
    }
    await().until(() -> values.contains("2"));
    assertThat(values).containsExactly("none", "2");
  }

  private String valueOf(String path) {
    try {
      return guest().read(path).orElse("none");
    } catch (XenException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aWatchIsNotToldWhatTheDomainMayNotRead() throws Exception {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    other().watch(absolute("data"), events::add);
    await().until(() -> events.size() == 1);
    guest().write("data/secret", "1");
    guest().write("data/open", "1");
    guest().setPermissions("data/open", sharedWithOther());
    await().until(() -> events.size() >= 2);
    assertThat(events).containsExactly(absolute("data"), absolute("data/open"));
  }

  @Test
  void aClosedWatchIsSilent() throws Exception {
    Queue<String> closed = new ConcurrentLinkedQueue<>();
    Queue<String> open = new ConcurrentLinkedQueue<>();
    XenStore.Watch watch = guest().watch("data/w", closed::add);
    await().until(() -> closed.size() == 1);
    watch.close();
    watch.close();
    guest().watch("data/w", open::add);
    guest().write("data/w", "1");
    await().until(() -> open.size() >= 1 && open.contains("data/w"));
    guest().write("data/w/last", "1");
    await().until(() -> open.contains("data/w/last"));
    assertThat(closed).hasSize(1);
  }

  @Test
  void aListenerThatThrowsDoesNotEndTheWatching() throws Exception {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    guest()
        .watch(
            "data/w",
            path -> {
              events.add(path);
              throw new IllegalStateException("meant");
            });
    await().until(() -> events.size() == 1);
    guest().write("data/w/x", "");
    await().until(() -> events.size() == 2);
  }

  @Test
  void dom0IsToldOfDomains() throws Exception {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    dom0().watch("@introduceDomain", events::add);
    await().until(() -> events.contains("@introduceDomain"));
  }

  /** Xenstored takes the watch, tells it once at the beginning and never again. */
  @Test
  void aGuestIsNotToldOfDomains() throws Exception {
    Queue<String> events = new ConcurrentLinkedQueue<>();
    try {
      guest().watch("@releaseDomain", events::add);
    } catch (XenException e) {
      assertThat(e.errno()).isEqualTo(Errno.EACCES);
      return;
    }
    Queue<String> later = new ConcurrentLinkedQueue<>();
    guest().watch("data/later", later::add);
    await().until(() -> !later.isEmpty());
    assertThat(events).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aDomainHasOnlySoManyTransactions() throws Exception {
    List<XenStore.Transaction> open = new ArrayList<>();
    try {
      assertRefused(
          Errno.EQUOTA,
          () -> {
            for (int i = 0; i < 20; i++) {
              open.add(guest().begin());
            }
          });
      assertThat(open).hasSizeBetween(10, 11); // Xenstored's limit of 10 lets one more through.
      open.remove(0).close();
      open.add(guest().begin());
    } finally {
      open.forEach(XenStore.Transaction::close);
    }
  }

  @Test
  void onlyDom0GivesAwayNodes() throws Exception {
    guest().write("data/mine", "");
    assertRefused(
        Errno.EPERM,
        () -> guest().setPermissions("data/mine", NodePermissions.ownedBy(rig().backendId())));
    dom0().setPermissions(absolute("data/mine"), NodePermissions.ownedBy(DomainId.DOM0));
    assertRefused(Errno.EACCES, () -> guest().read("data/mine"));
  }

  @Test
  void aClosedConnectionRefuses() {
    guest().close();
    assertRefused(Errno.EBADF, () -> guest().read("domid"));
    assertRefused(Errno.EBADF, () -> guest().begin());
  }
}
