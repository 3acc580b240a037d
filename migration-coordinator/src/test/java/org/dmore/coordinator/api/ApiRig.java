package org.dmore.coordinator.api;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request.Method;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.host.ConsoleAgent;
import org.dmore.coordinator.host.VmHost;

/**
 * A server on both transports with what it serves played by recorders, and clients. Every exchange
 * that it has is held against the description that it gives of itself.
 */
final class ApiRig implements AutoCloseable {
  static final String LOOPBACK = "127.0.0.1";
  private static final OpenApiInteractionValidator VALIDATOR =
      OpenApiInteractionValidator.createForInlineApiSpecification(
              OpenApi.describe(Routes.all()).toString())
          .build();

  private final Recorder control = new Recorder();
  private final Recorder agent = new Recorder();
  private final Recorder host = new Recorder().answer("agent", () -> agent.as(ConsoleAgent.class));
  private final List<Runnable> open = new ArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final Path folder;
  private final ApiServer server;

  ApiRig(Path folder) throws IOException {
    this(folder, ApiLimits.DEFAULT);
  }

  ApiRig(Path folder, ApiLimits limits) throws IOException {
    this(folder, limits, Optional.empty(), Set.of());
  }

  /**
   * Starts a server.
   *
   * @param served what is served instead of the recorder of a host
   * @param gids groups that may use the socket
   */
  ApiRig(Path folder, ApiLimits limits, Optional<VmHost> served, Set<Integer> gids)
      throws IOException {
    this.folder = folder;
    HostKeys.KeyFiles unused = HostKeys.makeAuthority(keys());
    ApiSettings settings =
        new ApiSettings(
            Optional.of(
                new ApiSettings.Tcp(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    issue("alpha", Role.HOST).read())),
            Optional.of(new ApiSettings.Local(socket(), Set.of(ownUid()), gids)),
            limits);
    server =
        new ApiServer(
            settings,
            control.as(ControlPlane.class),
            served.orElseGet(() -> host.as(VmHost.class)),
            this::watched);
    server.start();
  }

  static int ownUid() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  Recorder control() {
    return control;
  }

  Recorder host() {
    return host;
  }

  Recorder agent() {
    return agent;
  }

  Path keys() {
    return folder.resolve("keys");
  }

  Path socket() {
    return folder.resolve("hostd.sock");
  }

  URI api() {
    return URI.create("https://" + LOOPBACK + ":" + server.address().orElseThrow().getPort());
  }

  HostKeys.KeyFiles issue(String name, Role role) throws IOException {
    return HostKeys.issue(
        keys(), name, role, role == Role.HOST ? List.of(LOOPBACK, "localhost") : List.of());
  }

  ApiClient local() {
    return keep(ApiClient.local(socket(), CallSettings.DEFAULT));
  }

  /** A client with a new certificate. */
  ApiClient remote(String name, Role role) throws IOException {
    return keep(ApiClient.remote(api(), issue(name, role).read(), CallSettings.DEFAULT));
  }

  /** Requests as they are, over TLS. */
  ApiTransport transport(Optional<SslContext> tls) {
    return keep(new ApiTransport(Peer.Remote.of(api()), tls, CallSettings.DEFAULT));
  }

  /** Requests as they are, over the Unix socket. */
  ApiTransport localTransport() {
    return keep(new ApiTransport(new Peer.Local(socket()), Optional.empty(), CallSettings.DEFAULT));
  }

  ApiClient keep(ApiClient client) {
    open.add(client::close);
    return client;
  }

  private ApiTransport keep(ApiTransport transport) {
    open.add(transport::close);
    return transport;
  }

  /** Exchanges that were not as described. */
  List<String> violations() {
    return violations;
  }

  /** What is wrong with an exchange, by the description. */
  static String check(Request request, Answer answer) {
    Method method = Method.valueOf(request.method().name());
    SimpleRequest.Builder asked = new SimpleRequest.Builder(method, request.path());
    request.contentType().ifPresent(asked::withContentType);
    if (!request.body().isEmpty()) {
      asked.withBody(request.body());
    }
    if (!request.query().isEmpty()) {
      Stream.of(request.query().split("&", -1))
          .map(part -> part.split("=", 2))
          .forEach(part -> asked.withQueryParam(part[0], part[1]));
    }
    SimpleResponse.Builder answered = SimpleResponse.Builder.status(answer.status());
    if (!answer.contentType().isEmpty()) {
      answered.withContentType(answer.contentType()).withBody(answer.body());
    }
    answer.headers().forEach(answered::withHeader);
    ValidationReport report =
        answer.status() < 300
            ? VALIDATOR.validate(asked.build(), answered.build())
            : VALIDATOR.validateResponse(request.path(), method, answered.build());
    return report.hasErrors()
        ? request.method() + " " + request.target() + ": " + report.getMessages()
        : "";
  }

  private Responder watched(Responder inner) {
    return (caller, request) -> {
      Answer answer = inner.answer(caller, request);
      boolean described =
          Routes.all().stream()
              .anyMatch(
                  route ->
                      route.method().equals(request.method())
                          && matches(route.path(), request.path()));
      if (described) {
        String wrong = check(request, answer);
        if (!wrong.isEmpty()) {
          violations.add(wrong);
        }
      }
      return answer;
    };
  }

  private static boolean matches(PathPattern pattern, String path) {
    try {
      return pattern.match(path).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void close() {
    open.forEach(Runnable::run);
    server.close();
    if (!violations.isEmpty()) {
      throw new AssertionError("exchanges that are not as described: " + violations);
    }
  }

  /** The default limits with other ones in place of some, by name. */
  static ApiLimits limits(Map<String, Object> others) {
    ApiLimits base = ApiLimits.DEFAULT;
    List<String> known =
        Arrays.stream(ApiLimits.class.getRecordComponents()).map(c -> c.getName()).toList();
    if (!known.containsAll(others.keySet())) {
      throw new IllegalArgumentException("limits=" + others.keySet());
    }
    return new ApiLimits(
        (Integer) others.getOrDefault("maxHeaderBytes", base.maxHeaderBytes()),
        (Integer) others.getOrDefault("maxBodyBytes", base.maxBodyBytes()),
        (Integer) others.getOrDefault("maxConnections", base.maxConnections()),
        (Duration) others.getOrDefault("handshake", base.handshake()),
        (Duration) others.getOrDefault("request", base.request()),
        (Duration) others.getOrDefault("idle", base.idle()),
        (Duration) others.getOrDefault("handling", base.handling()),
        (Duration) others.getOrDefault("hostHandling", base.hostHandling()),
        (Integer) others.getOrDefault("workers", base.workers()),
        (Integer) others.getOrDefault("queue", base.queue()));
  }
}
