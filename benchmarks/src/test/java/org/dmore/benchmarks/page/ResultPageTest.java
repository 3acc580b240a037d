package org.dmore.benchmarks.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.ResultFile.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ResultPageTest {
  private static final ResultFile PEERS =
      result(
          "peers",
          latency("dmore", "key, at rest", 31.25),
          latency("Xvnc", "key, at rest", 128.4375),
          latency("dmore", "key to pixel", 180.5),
          latency("Xvnc", "key to pixel", 48_123.0));

  private static final ResultFile COST =
      result(
          "cost",
          Row.of("dmore", "1 sessions, idle", Map.of("sessions", 1.0, "heap_bytes", 5e6)),
          Row.of("dmore", "100 sessions, idle", Map.of("sessions", 100.0, "heap_bytes", 6.5e6)),
          Row.of("DomR's image", "kernel", Map.of("size_bytes", 52_428_123.0)),
          Row.of("DomR's image", "initramfs", Map.of("size_bytes", 31_234_567.0)));

  private static final ResultFile ENCODERS =
      result(
          "encoders",
          Row.of("ZRLE", "text", Map.of("cpu_ms", 3.4375, "sent_bytes", 23_200.0)),
          Row.of("Tight", "text", Map.of("cpu_ms", 3.7, "sent_bytes", 21_000.0)));

  private static final ResultFile STRANGE =
      result(
          "strange & <new>",
          Row.of("a \"b\" <c>", "d & e", Map.of("figure", -0.1234567, "other", Double.NaN)));

  @TempDir private Path folder;

  @Test
  void thePageIsWellFormedAndLinksToWhatIsThere() throws Exception {
    Document page = write(PEERS, COST, ENCODERS, STRANGE, PEERS);
    Set<String> ids = new HashSet<>();
    for (Element heading : elements(page, "h2")) {
      assertThat(ids.add(heading.getAttribute("id"))).as("each id once").isTrue();
    }
    assertThat(elements(page, "a"))
        .hasSize(6)
        .allSatisfy(link -> assertThat(ids).contains(link.getAttribute("href").substring(1)));
  }

  @Test
  void everyFigureOfTheInputsIsInItWithWhatItWasMeasuredOn() throws Exception {
    String text = write(PEERS, COST, ENCODERS, STRANGE).getDocumentElement().getTextContent();
    for (ResultFile result : List.of(PEERS, COST, ENCODERS, STRANGE)) {
      for (Row row : result.rows()) {
        assertThat(text).contains(row.subject(), row.situation());
        row.figures().forEach((name, value) -> assertThat(text).contains(name, value.toString()));
      }
      assertThat(text)
          .contains(result.machine().command(), result.machine().cpu(), result.machine().date());
    }
    assertThat(text).contains("Xvnc: 1.12.0");
  }

  @Test
  void itNeedsNothingFromElsewhere() throws Exception {
    Document page = write(PEERS, COST, ENCODERS, STRANGE);
    for (String name : List.of("script", "link", "iframe", "object")) {
      assertThat(elements(page, name)).isEmpty();
    }
    for (Element element : elements(page, "*")) {
      assertThat(element.getAttribute("src")).matches("|data:image/png;base64,.+");
      assertThat(element.getAttribute("href")).matches("|#.+");
    }
    assertThat(Files.readString(folder.resolve(ResultPage.FILE))).doesNotContain("url(", "@import");
  }

  @Test
  void plotsAreImagesWithSomethingOnThemBesideThePageAndInIt() throws Exception {
    List<Element> images = elements(write(PEERS, COST, ENCODERS, STRANGE), "img");
    List<byte[]> beside = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".png")).toList()) {
        beside.add(Files.readAllBytes(file));
      }
    }
    // peers: two of all situations, one of each; cost: lines and sizes; encoders: CPU and bytes
    assertThat(images).hasSize(4 + 2 + 2);
    assertThat(beside).hasSize(images.size());
    for (Element image : images) {
      String data = image.getAttribute("src").replaceFirst("^[^,]*,", "");
      byte[] png = Base64.getDecoder().decode(data);
      assertThat(beside).anySatisfy(other -> assertThat(other).isEqualTo(png));
      assertThat(image.getAttribute("alt")).isNotBlank();
      assertThat(colours(png)).isGreaterThan(2);
    }
  }

  @Test
  void unknownResultsAreTablesAlone() throws Exception {
    Document page = write(STRANGE);
    assertThat(elements(page, "img")).isEmpty();
    assertThat(elements(page, "table")).hasSize(2);
  }

  private Document write(ResultFile... results) throws Exception {
    List<Path> files = new ResultPage(List.of(results)).write(folder);
    assertThat(files).allMatch(Files::isRegularFile);
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(files.get(0).toFile());
  }

  private static List<Element> elements(Document page, String name) {
    NodeList nodes = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static int colours(byte[] png) throws Exception {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y += 4) {
      for (int x = 0; x < image.getWidth(); x += 4) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours.size();
  }

  private static ResultFile result(String benchmark, Row... rows) {
    return new ResultFile(
        benchmark,
        Machine.here("dmore bench " + benchmark),
        new TreeMap<>(Map.of("Xvnc", "1.12.0")),
        List.of(rows));
  }

  private static Row latency(String subject, String situation, double micros) {
    return Row.of(
        subject,
        situation,
        Map.of("p50_us", micros, "p90_us", 1.5 * micros, "p99_us", 3 * micros, "max_us", 1e5));
  }
}
