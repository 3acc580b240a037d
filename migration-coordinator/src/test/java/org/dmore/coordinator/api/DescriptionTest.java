package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpMethod;
import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dmore.rfb.LeakExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class DescriptionTest {
  @TempDir private Path folder;

  private static JsonNode parse(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void theDescriptionThatIsServedIsOpenApiThatAParserTakes() throws Exception {
    try (ApiRig rig = new ApiRig(folder)) {
      SwaggerParseResult read =
          new OpenAPIParser().readContents(rig.local().description(), null, null);
      assertThat(read.getMessages()).isEmpty();
      assertThat(read.getOpenAPI().getOpenapi()).isEqualTo("3.0.3");
      assertThat(read.getOpenAPI().getPaths()).isNotEmpty();
    }
  }

  @Test
  void everyRouteIsDescribedAndWhateverIsDescribedIsRouted() throws Exception {
    try (ApiRig rig = new ApiRig(folder)) {
      JsonNode paths = parse(rig.local().description()).get("paths");
      Set<String> described = new TreeSet<>();
      for (Map.Entry<String, JsonNode> path : paths.properties()) {
        path.getValue()
            .fieldNames()
            .forEachRemaining(method -> described.add(method + " " + path.getKey()));
      }
      assertThat(described)
          .isEqualTo(
              Routes.all().stream()
                  .map(
                      route ->
                          route.method().name().toLowerCase(Locale.ROOT)
                              + " "
                              + route.path().text())
                  .collect(Collectors.toCollection(TreeSet::new)));

      ApiTransport transport =
          rig.transport(Optional.of(rig.issue("beta", Role.HOST).read().clientContext()));
      for (String each : described) {
        String[] parts = each.split(" ", 2);
        Answer answer =
            transport.send(
                HttpMethod.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                parts[1].replaceAll("\\{[A-Za-z]+\\}", "1"),
                Optional.empty(),
                Duration.ofSeconds(10));
        // Nobody plays anything here: those without a body get as far as that.
        assertThat(answer.status()).as(each).isIn(200, 400, 415, 500);
      }
    }
  }

  @Test
  void routesHaveIdsAndPlacesOfTheirOwn() {
    List<Route> routes = Routes.all();
    assertThat(routes).extracting(Route::id).doesNotHaveDuplicates();
    assertThat(routes)
        .extracting(route -> route.method() + route.path().text().replaceAll("\\{\\w+\\}", "{}"))
        .doesNotHaveDuplicates();
    assertThat(new HashSet<>(routes)).hasSameSizeAs(routes);
  }

  @Test
  void whatTheTestsHoldExchangesAgainstFindsWhatIsNotAsDescribed() {
    Request hosts = new Request(HttpMethod.GET, "/v1/hosts", Optional.empty(), "");
    assertThat(ApiRig.check(hosts, answer(200, "[]"))).isEmpty();
    assertThat(ApiRig.check(hosts, answer(200, "{}"))).contains("array");
    assertThat(ApiRig.check(hosts, answer(200, "[{\"present\":true}]"))).contains("missing");
    assertThat(ApiRig.check(hosts, answer(204, "[]"))).isNotEmpty();
    Request drain =
        new Request(
            HttpMethod.POST,
            "/v1/hosts/a/drain",
            Optional.of("application/json"),
            "{\"parallelism\":\"2\"}");
    assertThat(ApiRig.check(drain, answer(200, "{}"))).contains("parallelism");
    Request unknown = new Request(HttpMethod.GET, "/v1/nothing", Optional.empty(), "");
    assertThat(ApiRig.check(unknown, answer(200, "[]"))).isNotEmpty();
  }

  private static Answer answer(int status, String body) {
    return new Answer(status, "application/json", Map.of(), body);
  }

  @Test
  void aMoveThatWasBegunSaysWhereItIsFound() throws Exception {
    try (ApiRig rig = new ApiRig(folder)) {
      rig.control().answer("migrate", () -> Samples.BEGUN);
      try (RawConnection connection = new RawConnection(rig.socket())) {
        RawConnection.Raw begun =
            connection
                .send(
                    "POST /v1/pairs/web1/migrations",
                    "Content-Type: application/json; charset=utf-8\r\n",
                    "{\"to\":\"beta\"}")
                .read();
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.headers()).containsEntry("location", "/v1/migrations/m-1");

        rig.control().answer("migration", () -> Samples.BEGUN);
        RawConnection.Raw found =
            connection.send("GET " + begun.headers().get("location"), "", "").read();
        assertThat(parse(found.body()).at("/migration/to").asText()).isEqualTo("beta");
        assertThat(found.headers()).containsEntry("cache-control", "no-store");
      }
    }
  }

  @Test
  void aNewerHostdMaySayMoreThanItsClientKnows() throws Exception {
    ApiBodies.Memory read =
        new ApiJson().readAnswer("{\"bytes\":5,\"pages\":1}", ApiBodies.Memory.class);
    assertThat(read.bytes()).isEqualTo(5);
  }
}
