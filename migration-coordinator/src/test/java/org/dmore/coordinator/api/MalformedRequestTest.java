package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dmore.rfb.LeakExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakExtension.class)
class MalformedRequestTest {
  private static final String JSON = "Content-Type: application/json\r\n";
  @TempDir private static Path folder;
  private static ApiRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = new ApiRig(folder);
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  static Stream<Arguments> requests() {
    String hosts = "/v1/hosts/alpha";
    String pair = "PUT /v1/pairs/web1";
    String console = "POST /v1/pairs/web1/console";
    return Stream.of(
        request("GET /", "", "", 404, "path=/ is not known"),
        request("GET /v1", "", "", 404, "/v1/openapi.json"),
        request("GET /v1/hosts/", "", "", 404, "path=/v1/hosts/ is not known"),
        request("GET /v2/hosts", "", "", 404, "path=/v2/hosts"),
        request("GET /v1/pairs/a/b/c/d", "", "", 404, "not known"),
        request("GET /v1/pairs/../hosts", "", "", 404, "not known"),
        request("GET /v1/pairs/%zz", "", "", 400, "cannot be read"),
        request("GET /v1/pairs/%4", "", "", 400, "cannot be read"),
        request("DELETE /v1/hosts", "", "", 405, "use GET"),
        request("OPTIONS /v1/hosts", "", "", 405, "method=OPTIONS"),
        request("BREW /v1/pairs/a", "", "", 405, "use DELETE, GET, PUT"),
        request("GET /v1/hosts?all=1", "", "", 400, "query=all is not known; known are none"),
        request("DELETE /v1/pairs/a/access", "", "", 400, "give id, user or before"),
        request("DELETE /v1/pairs/a/access?name=b", "", "", 400, "known are id, user, before"),
        request("DELETE /v1/pairs/a/access?id=1&id=2", "", "", 400, "query=id stands there twice"),
        request("DELETE /v1/pairs/a/access?id=%g", "", "", 400, "cannot be read"),
        request("GET /v1/hosts", JSON, "{}", 400, "takes no body"),
        request("PATCH " + hosts, "", "{}", 415, "content-type: application/json"),
        request("PATCH " + hosts, "Content-Type: text/plain\r\n", "{}", 415, "must be JSON"),
        request("PATCH " + hosts, JSON, "", 400, "must be a JSON object"),
        request("PATCH " + hosts, JSON, "{", 400, "is no JSON"),
        request("PATCH " + hosts, JSON, "{} {}", 400, "the whole body"),
        request("PATCH " + hosts, JSON, "[]", 400, "must be a JSON object"),
        request("PATCH " + hosts, JSON, "null", 400, "must be a JSON object"),
        request("PATCH " + hosts, JSON, "{\"maxVms\":\"4\"}", 400, "field=maxVms"),
        request("PATCH " + hosts, JSON, "{\"maxVms\":4.5}", 400, "field=maxVms"),
        request("PATCH " + hosts, JSON, "{\"maxVms\":true}", 400, "field=maxVms"),
        request("PATCH " + hosts, JSON, "{\"maxVms\":99999999999}", 400, "maxVms"),
        request("PATCH " + hosts, JSON, "{\"labels\":{\"a\":1}}", 400, "field=labels.a"),
        request("PATCH " + hosts, JSON, "{\"labels\":[]}", 400, "field=labels"),
        request(
            "PATCH " + hosts, JSON, "{\"maxvms\":4}", 400, "field=maxvms is not known; known are"),
        request("PATCH " + hosts, JSON, "{\"maxVms\":4,\"maxVms\":5}", 400, "maxVms"),
        request("PATCH " + hosts, JSON, "{\"labels\":{\"a\":\"\u00ff\"}}", 400, "no UTF-8"),
        request("PATCH " + hosts, JSON, "[".repeat(100_000), 400, "no JSON"),
        request(pair, JSON, "{\"domU\":\"u\"}", 400, "field=domR is missing"),
        request(pair, JSON, "{\"domU\":null,\"domR\":\"r\"}", 400, "field=domU is missing"),
        request(pair, JSON, "{\"domU\":1,\"domR\":\"r\"}", 400, "field=domU is wrong"),
        request(
            pair, JSON, "{\"domU\":\"u\",\"domR\":\"r\",\"host\":\"x\"}", 400, "field=host is not"),
        request("POST " + hosts + "/drain", JSON, "{}", 400, "field=parallelism is missing"),
        request(
            "POST /v1/pairs/a/migrations",
            JSON,
            "{\"pausedBoundMillis\":0}",
            400,
            "field=pausedBoundMillis value=0 must be 1 or more"),
        request(
            console,
            JSON,
            "{\"kind\":\"TOKEN\",\"right\":\"view\",\"lifetimeMillis\":1}",
            400,
            "field=right is wrong"),
        request(
            console,
            JSON,
            "{\"kind\":0,\"right\":\"VIEW\",\"lifetimeMillis\":1}",
            400,
            "field=kind is wrong"),
        request(
            console,
            JSON,
            "{\"kind\":\"TOKEN\",\"right\":\"VIEW\",\"lifetimeMillis\":-1}",
            400,
            "field=lifetimeMillis"),
        request("POST /v1/pairs/a/power", JSON, "{\"action\":\"EXPLODE\"}", 400, "field=action"));
  }

  private static Arguments request(
      String line, String headers, String body, int status, String detail) {
    return Arguments.of(line, headers, body, status, detail);
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("requests")
  void isRefusedWithAReasonAndTheNextOneIsAnswered(
      String line, String headers, String body, int status, String detail) throws Exception {
    rig.control().answer("hosts", () -> java.util.List.of());
    int before = rig.control().calls().size();
    try (RawConnection connection = new RawConnection(rig.socket())) {
      RawConnection.Raw answer = connection.send(line, headers, body).read();

      assertThat(answer.status()).as("answer=%s", answer).isEqualTo(status);
      assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
      JsonNode problem = new ObjectMapper().readTree(answer.body());
      assertThat(problem.get("status").asInt()).isEqualTo(status);
      assertThat(problem.get("detail").asText())
          .contains(detail)
          .doesNotContain("org.dmore", "jackson", "DeserializationFeature");
      assertThat(rig.control().calls()).as("what was called").hasSize(before);
      assertThat(connection.send("GET /v1/hosts", "", "").read().status()).isEqualTo(200);
    }
  }
}
