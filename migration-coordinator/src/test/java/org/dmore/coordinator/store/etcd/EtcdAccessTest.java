package org.dmore.coordinator.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.Permission;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.contract.RecordingListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that wants certificates of both sides, and a user. */
class EtcdAccessTest {
  private static final EtcdUser USER = new EtcdUser("hostd", "correct horse");

  @TempDir private static Path folder;

  private static EtcdServer server;
  private static EtcdTls tls;

  @BeforeAll
  static void startEtcd() throws Exception {
    X509Bundle authority = authority();
    Path trusted = write("ca.pem", authority.getCertificatePEM());
    EtcdTls.ClientKey own = key("server", authority);
    tls = new EtcdTls(trusted, Optional.of(key("client", authority)));
    server =
        EtcdServer.start(
            "https",
            List.of(
                "--cert-file",
                own.certificate().toString(),
                "--key-file",
                own.key().toString(),
                "--trusted-ca-file",
                trusted.toString(),
                "--client-cert-auth",
                "--bcrypt-cost",
                "4"));
    try (EtcdMembers members = EtcdMembers.of(settings())) {
      demandLogin(members);
    }
  }

  @AfterAll
  static void endEtcd() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static EtcdSettings settings() {
    return EtcdSettings.of(server.endpoint()).withTls(tls);
  }

  private static X509Bundle authority() throws Exception {
    return new CertificateBuilder()
        .subject("CN=authority")
        .setIsCertificateAuthority(true)
        .ecp256()
        .buildSelfSigned();
  }

  private static EtcdTls.ClientKey key(String name, X509Bundle authority) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=" + name)
            .addSanIpAddress("127.0.0.1")
            .ecp256()
            .buildIssuedBy(authority);
    return new EtcdTls.ClientKey(
        write(name + ".pem", bundle.getCertificatePathPEM()),
        write(name + ".key", bundle.getPrivateKeyPEM()));
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static <T> void does(EtcdMembers members, EtcdMembers.Call<T> call)
      throws StoreException {
    members.call(true, Duration.ofSeconds(10), call);
  }

  /** Lets a user at keys below {@code /t/} alone. */
  private static void demandLogin(EtcdMembers members) throws StoreException {
    for (EtcdUser user : List.of(new EtcdUser("root", "root"), USER)) {
      does(
          members,
          (channel, deadline) ->
              AuthGrpc.newFutureStub(channel)
                  .userAdd(
                      AuthUserAddRequest.newBuilder()
                          .setName(user.name())
                          .setPassword(user.password())
                          .build()));
    }
    does(
        members,
        (channel, deadline) ->
            AuthGrpc.newFutureStub(channel)
                .roleAdd(AuthRoleAddRequest.newBuilder().setName("dmore").build()));
    does(
        members,
        (channel, deadline) ->
            AuthGrpc.newFutureStub(channel)
                .roleGrantPermission(
                    AuthRoleGrantPermissionRequest.newBuilder()
                        .setName("dmore")
                        .setPerm(
                            Permission.newBuilder()
                                .setPermType(Permission.Type.READWRITE)
                                .setKey(EtcdStateStore.bytes("/t/"))
                                .setRangeEnd(EtcdStateStore.bytes("/t0")))
                        .build()));
    for (String[] role : new String[][] {{"root", "root"}, {USER.name(), "dmore"}}) {
      does(
          members,
          (channel, deadline) ->
              AuthGrpc.newFutureStub(channel)
                  .userGrantRole(
                      AuthUserGrantRoleRequest.newBuilder()
                          .setUser(role[0])
                          .setRole(role[1])
                          .build()));
    }
    does(
        members,
        (channel, deadline) ->
            AuthGrpc.newFutureStub(channel).authEnable(AuthEnableRequest.getDefaultInstance()));
  }

  private static void put(StateStore store, String key, String value) throws StoreException {
    assertThat(store.commit(Transaction.builder().put(key, value).build()).isCommitted()).isTrue();
  }

  @Test
  void whoShowsACertificateAndLogsInIsServedAlsoWhenItsLoginIsForgotten() throws Exception {
    try (StateStore store = EtcdStateStore.open(settings().withUser(USER))) {
      RecordingListener listener = new RecordingListener();
      store.watch("/t/", store.list("/t/").revision() + 1, listener);
      put(store, "/t/a", "1");
      await().untilAsserted(() -> assertThat(listener.words()).containsExactly("/t/a=1"));
      server.kill(); // its logins are in its memory alone
      server.launch();
      await()
          .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
          .untilAsserted(() -> assertThat(store.get("/t/a")).isPresent());
      put(store, "/t/a", "2");
      await().untilAsserted(() -> assertThat(listener.words()).containsExactly("/t/a=1", "/t/a=2"));
      assertThat(listener.losses()).isEmpty();
    }
  }

  @Test
  void whatTheUserMayNotIsRefused() throws Exception {
    try (StateStore store = EtcdStateStore.open(settings().withUser(USER))) {
      assertThatThrownBy(() -> put(store, "/elsewhere", "1"))
          .isInstanceOf(StoreRefusedException.class)
          .hasMessageContaining("roles");
      RecordingListener listener = new RecordingListener();
      store.watch("/elsewhere/", 1, listener);
      await().untilAsserted(() -> assertThat(listener.losses()).hasSize(1));
      assertThat(listener.losses().get(0)).contains("permission denied");
    }
  }

  @Test
  void aWrongPasswordIsRefusedAndNotShown() throws Exception {
    EtcdUser wrong = new EtcdUser(USER.name(), "hunter2");
    try (StateStore store = EtcdStateStore.open(settings().withUser(wrong))) {
      assertThatThrownBy(() -> store.get("/t/a"))
          .isInstanceOf(StoreRefusedException.class)
          .hasMessageContaining("authentication failed")
          .hasMessageNotContaining("hunter2");
    }
    assertThat(settings().withUser(wrong).toString()).doesNotContain("hunter2");
  }

  @Test
  void anotherAuthoritysCertificateIsNotTrusted() throws Exception {
    EtcdTls others = new EtcdTls(write("other.pem", authority().getCertificatePEM()), tls.client());
    try (StateStore store = EtcdStateStore.open(settings().withTls(others).withUser(USER))) {
      assertThatThrownBy(() -> put(store, "/t/a", "1"))
          .isInstanceOf(StoreRefusedException.class)
          .hasMessageContaining("certificates");
    }
  }

  @Test
  void aCertificateThatCannotBeReadIsNamed() {
    EtcdTls none = new EtcdTls(folder.resolve("none.pem"), Optional.empty());
    assertThatThrownBy(() -> EtcdStateStore.open(settings().withTls(none)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("none.pem");
  }
}
