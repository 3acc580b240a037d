package org.dmore.coordinator.api;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.DrainRequest;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.control.MigrationPlan;
import org.dmore.coordinator.control.MigrationRequest;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.PairRecord;

/**
 * Asks one {@code hostd}, over TCP or its Unix socket. What it refuses is thrown as the same {@link
 * ControlException}; one that does not run, or does not let this user in, as one that says what to
 * do. A call that is interrupted fails with an {@link java.io.InterruptedIOException}, and the
 * thread stays interrupted. Thread-safe; keeps connections for the next call.
 */
public final class ApiClient implements ControlPlane, AutoCloseable {
  private final ApiTransport transport;
  private final CallSettings settings;
  private final ApiJson json = new ApiJson();

  private ApiClient(ApiTransport transport, CallSettings settings) {
    this.transport = transport;
    this.settings = settings;
  }

  /** One that asks over a Unix socket. */
  public static ApiClient local(Path socket, CallSettings settings) {
    return new ApiClient(
        new ApiTransport(new Peer.Local(socket), Optional.empty(), settings), settings);
  }

  /**
   * One that asks over TCP.
   *
   * @param api as {@code https://HOST:PORT}; the host as in its certificate
   * @throws IOException if the credentials are of no use
   * @throws IllegalArgumentException if {@code api} is no such address
   */
  public static ApiClient remote(URI api, ApiCredentials credentials, CallSettings settings)
      throws IOException {
    return new ApiClient(
        new ApiTransport(Peer.Remote.of(api), Optional.of(credentials.clientContext()), settings),
        settings);
  }

  @Override
  public List<HostStatus> hosts() throws IOException {
    return List.of(ask(HostStatus[].class, Routes.HOSTS));
  }

  @Override
  public HostStatus editHost(String host, HostEdit edit) throws IOException {
    return ask(
        HostStatus.class,
        Routes.EDIT_HOST,
        new ApiBodies.HostChange(
            edit.labels(), edit.maxVms(), edit.down() ? Optional.of(true) : Optional.empty()),
        host);
  }

  @Override
  public List<PairStatus> pairs() throws IOException {
    return List.of(ask(PairStatus[].class, Routes.PAIRS));
  }

  @Override
  public PairStatus pair(String name) throws IOException {
    return ask(PairStatus.class, Routes.PAIR, name);
  }

  @Override
  public PairStatus definePair(PairRecord pair) throws IOException {
    ApiBodies.PairDefinition definition =
        new ApiBodies.PairDefinition(
            pair.domU(),
            pair.others().isEmpty() ? Optional.empty() : Optional.of(pair.others()),
            pair.domR(),
            Optional.of(pair.console()),
            Optional.of(pair.labels()),
            Optional.of(pair.affinity()));
    return ask(PairStatus.class, Routes.DEFINE_PAIR, definition, pair.name());
  }

  @Override
  public void forgetPair(String name) throws IOException {
    tell(Routes.FORGET_PAIR, name);
  }

  @Override
  public MigrationPlan plan(MigrationRequest request) throws IOException {
    return ask(MigrationPlan.class, Routes.PLAN, order(request), request.pair());
  }

  @Override
  public MigrationStatus migrate(MigrationRequest request) throws IOException {
    return ask(MigrationStatus.class, Routes.MIGRATE, order(request), request.pair());
  }

  private static ApiBodies.MoveOrder order(MigrationRequest request) {
    OptionalLong bound =
        request.pausedBound().isPresent()
            ? OptionalLong.of(request.pausedBound().get().toMillis())
            : OptionalLong.empty();
    return new ApiBodies.MoveOrder(request.to(), bound);
  }

  @Override
  public List<MigrationStatus> migrations() throws IOException {
    return List.of(ask(MigrationStatus[].class, Routes.MIGRATIONS));
  }

  @Override
  public MigrationStatus migration(String id) throws IOException {
    return ask(MigrationStatus.class, Routes.MIGRATION, id);
  }

  @Override
  public MigrationStatus cancel(String id) throws IOException {
    return ask(MigrationStatus.class, Routes.CANCEL, id);
  }

  @Override
  public DrainRecord drain(DrainRequest request) throws IOException {
    return ask(
        DrainRecord.class,
        Routes.DRAIN,
        new ApiBodies.DrainOrder(request.parallelism()),
        request.host());
  }

  @Override
  public DrainRecord drainOf(String host) throws IOException {
    return ask(DrainRecord.class, Routes.DRAIN_OF, host);
  }

  @Override
  public DrainRecord pauseDrain(String host) throws IOException {
    return ask(DrainRecord.class, Routes.PAUSE_DRAIN, host);
  }

  @Override
  public HostStatus undrain(String host) throws IOException {
    return ask(HostStatus.class, Routes.UNDRAIN, host);
  }

  @Override
  public ConsoleAccess openConsole(ConsoleRequest request) throws IOException {
    ApiBodies.ConsoleOrder order =
        new ApiBodies.ConsoleOrder(
            request.kind(),
            request.right(),
            request.lifetime().toMillis(),
            request.uses(),
            Optional.of(request.user()),
            request.guest());
    return ask(ConsoleAccess.class, Routes.OPEN_CONSOLE, order, request.pair());
  }

  @Override
  public void revokeAccess(String pair, Map<String, String> which) throws IOException {
    Route route = Routes.REVOKE_ACCESS;
    Answer unused =
        exchange(route, route.path().fill(pair) + query(which), Optional.empty(), settings.call());
  }

  private static String query(Map<String, String> values) {
    if (values.isEmpty()) {
      return "";
    }
    return new TreeMap<>(values)
        .entrySet().stream()
            .map(
                each ->
                    PathPattern.encode(each.getKey()) + "=" + PathPattern.encode(each.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  @Override
  public void power(String pair, Optional<String> guest, PowerAction action) throws IOException {
    tellAtLength(Routes.SWITCH_POWER, new ApiBodies.PowerOrder(action, guest), pair);
  }

  /** The description of all that can be asked, as JSON: OpenAPI 3.0. */
  public String description() throws IOException {
    Route route = Routes.DESCRIPTION;
    return exchange(route, route.path().fill(), Optional.empty(), settings.call()).body();
  }

  @Override
  public void close() {
    transport.close();
  }

  // ---- what the parts of a remote host ask by, too

  CallSettings settings() {
    return settings;
  }

  <T> T ask(Class<T> type, Route route, String... names) throws IOException {
    return ask(type, route, Optional.empty(), settings.call(), names);
  }

  /** With a query. */
  <T> T ask(Class<T> type, Route route, Map<String, String> query, String... names)
      throws IOException {
    String path = route.path().fill(names) + query(query);
    return json.readAnswer(exchange(route, path, Optional.empty(), settings.call()).body(), type);
  }

  <T> T ask(Class<T> type, Route route, Record body, String... names) throws IOException {
    return ask(type, route, Optional.of(body), settings.call(), names);
  }

  <T> T ask(Class<T> type, Route route, Optional<Record> body, Duration timeout, String... names)
      throws IOException {
    Answer answer = exchange(route, route.path().fill(names), body, timeout);
    return json.readAnswer(answer.body(), type);
  }

  void tell(Route route, String... names) throws IOException {
    Answer unused = exchange(route, route.path().fill(names), Optional.empty(), settings.call());
  }

  void tell(Route route, Record body, String... names) throws IOException {
    Answer unused = exchange(route, route.path().fill(names), Optional.of(body), settings.call());
  }

  void tellAtLength(Route route, Record body, String... names) throws IOException {
    Answer unused =
        exchange(route, route.path().fill(names), Optional.of(body), settings.longCall());
  }

  void tellAtLength(Route route, String... names) throws IOException {
    Answer unused =
        exchange(route, route.path().fill(names), Optional.empty(), settings.longCall());
  }

  private Answer exchange(Route route, String target, Optional<Record> body, Duration timeout)
      throws IOException {
    Answer answer = transport.send(route.method(), target, body.map(json::write), timeout);
    if (answer.status() == route.status()) {
      return answer;
    }
    throw problemIn(answer);
  }

  private IOException problemIn(Answer answer) {
    if (!answer.contentType().equals(Problem.MEDIA_TYPE)) {
      return new IOException("status=" + answer.status() + " is no answer of hostd's");
    }
    try {
      Problem problem = json.readAnswer(answer.body(), Problem.class);
      String detail = problem.detail();
      return problem.reason().isPresent()
          ? new ControlException(problem.reason().get(), detail)
          : new IOException(detail);
    } catch (IOException e) {
      return e;
    }
  }
}
