package org.dmore.coordinator.hostd;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmore.coordinator.WrittenDuration;

/**
 * What {@code hostd} is told, as {@code hostd.yaml} has it: names there have hyphens. What is not
 * there is as it is by default; a name that is not known is an error.
 *
 * @param name the host's name; its certificate's, too
 * @param address under which the other hosts reach this one
 * @param socket the Unix socket for this host's users
 * @param operators users and groups, by number, that may use it beside root
 * @param api the port for other hosts and for operators elsewhere; without one this host is alone
 * @param store where the state is
 * @param libvirt this host's libvirtd; without it VMs are xl's alone
 * @param streams {@code tls} or {@code plain}: how a VM's memory goes from host to host by xl
 * @param consoleVms xl's configuration of a DomR to start anew, {@code %s} standing for its name
 * @param issuer the key that console tokens are signed with
 * @param audit a file for the audit; without one it goes to the log
 * @param maxVms how many VMs the host may have
 * @param labels the host's labels
 * @param run a folder for what must not outlive a boot
 * @param migration bounds of a move
 * @param waits bounds of everything else
 */
public record HostdSettings(
    String name,
    String address,
    Path socket,
    Operators operators,
    Optional<Api> api,
    Store store,
    Optional<Libvirt> libvirt,
    Streams streams,
    Optional<String> consoleVms,
    Optional<Path> issuer,
    Optional<Path> audit,
    OptionalInt maxVms,
    Map<String, String> labels,
    Path run,
    Migration migration,
    Waits waits) {

  private static final Path DEFAULT_SOCKET = Path.of("/run/dmore/hostd.sock");
  private static final Path DEFAULT_RUN = Path.of("/run/dmore");
  private static final Path DEFAULT_STATE = Path.of("/var/lib/dmore/state.db");

  /** Who may use the socket. */
  public record Operators(Set<Integer> users, Set<Integer> groups) {
    public Operators {
      users = users == null ? Set.of() : Set.copyOf(users);
      groups = groups == null ? Set.of() : Set.copyOf(groups);
    }
  }

  /**
   * A port with mutual TLS.
   *
   * @param listen {@code ADDRESS:PORT}
   * @param key this host's private key, PEM
   * @param certificate its certificate, PEM
   * @param authority the authority's certificate, PEM
   */
  public record Api(String listen, Path key, Path certificate, Path authority) {}

  /**
   * Where the state is; one of the two.
   *
   * @param sqlite a file, for a host that is alone
   * @param etcd for several hosts
   */
  public record Store(Optional<Path> sqlite, Optional<Etcd> etcd) {}

  /** A cluster of etcd. */
  public record Etcd(
      List<URI> endpoints,
      Optional<Path> authority,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<String> user,
      Optional<Path> passwordFile) {
    public Etcd {
      endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    }
  }

  /**
   * This host's libvirtd.
   *
   * @param uri {@code xen:///system}
   * @param peerUri as the other hosts' libvirtd reach it: {@code xen+tls://HOST/system}
   * @param tunnelled whether VMs go through libvirt's own connection, encrypted if that is
   */
  public record Libvirt(String uri, String peerUri, boolean tunnelled) {}

  /** How a VM's memory goes from host to host by xl. */
  public enum Streams {
    /** With the API's keys: both ends prove who they are. */
    TLS,
    /** For a network that has nobody else on it. */
    PLAIN
  }

  /** Bounds of a move; see {@link org.dmore.coordinator.pair.MigrationSettings}. */
  public record Migration(
      Optional<Duration> answer,
      Optional<Duration> domUCopy,
      Optional<Duration> drain,
      Optional<Duration> domRMove,
      Optional<Duration> domULanding,
      Optional<Duration> pausedBound,
      Optional<Duration> verify,
      Optional<Duration> persistence) {}

  /**
   * Bounds of everything else.
   *
   * @param toolstack how long a command of xl or libvirt may take that moves no memory
   * @param arrival how long a place for a VM that comes is kept open
   * @param serve how long consoled may take before it is told that it does not serve
   * @param call how long another hostd may take to answer, and this one
   * @param connect how long it may take to connect to another hostd, and to this one
   * @param store how long etcd may take to answer
   * @param look how often it is looked what there is to do
   * @param presence how long others think that a host lives which has died
   * @param leader how long others wait before they take up a move whose leader has died
   */
  public record Waits(
      Optional<Duration> toolstack,
      Optional<Duration> arrival,
      Optional<Duration> serve,
      Optional<Duration> call,
      Optional<Duration> connect,
      Optional<Duration> store,
      Optional<Duration> look,
      Optional<Duration> presence,
      Optional<Duration> leader) {}

  /** Checks all at once, and puts defaults in. */
  public HostdSettings {
    socket = socket == null ? DEFAULT_SOCKET : socket;
    operators = operators == null ? new Operators(Set.of(), Set.of()) : operators;
    store = store == null ? new Store(Optional.of(DEFAULT_STATE), Optional.empty()) : store;
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    run = run == null ? DEFAULT_RUN : run;
    migration = migration == null ? NO_MIGRATION : migration;
    waits = waits == null ? NO_WAITS : waits;
    maxVms = maxVms == null ? OptionalInt.empty() : maxVms;
    streams = streams != null ? streams : api.isPresent() ? Streams.TLS : Streams.PLAIN;
    List<String> problems = new ArrayList<>();
    if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      problems.add("name=" + name + " must be 1 to 63 letters, digits, dots, hyphens");
    }
    if (address == null || address.isBlank()) {
      problems.add("address is missing: under which the other hosts reach this one");
    }
    if (store.sqlite().isPresent() == store.etcd().isPresent()) {
      problems.add("store must be one of sqlite and etcd");
    }
    if (streams == Streams.TLS && api.isEmpty()) {
      problems.add("streams=tls needs api, whose keys are used");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static final Migration NO_MIGRATION =
      new Migration(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final Waits NO_WAITS =
      new Waits(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or says what it cannot say; the message tells where
   */
  public static HostdSettings read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "config=%s is not there: the package dmore-hostd has one to begin with".formatted(file),
          e);
    }
    try {
      HostdSettings settings = mapper().readValue(text, HostdSettings.class);
      if (settings == null) {
        throw new IOException("config=" + file + " is empty: it needs name and address at least");
      }
      return settings;
    } catch (JsonProcessingException e) {
      throw new IOException("config=%s%s: %s".formatted(file, where(e), e.getOriginalMessage()), e);
    }
  }

  /** The setting by its name: the line that Jackson tells of one is that of what comes next. */
  private static String where(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
          .map(
              step ->
                  step.getFieldName() == null
                      ? Integer.toString(step.getIndex())
                      : step.getFieldName())
          .collect(Collectors.joining(".", " setting=", ""));
    }
    return e.getLocation() == null ? "" : " line=" + e.getLocation().getLineNr();
  }

  private static YAMLMapper mapper() {
    SimpleModule durations = new SimpleModule();
    durations.addDeserializer(Duration.class, new DurationText());
    return YAMLMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(com.fasterxml.jackson.databind.MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .addModule(new Jdk8Module())
        .addModule(durations)
        .build();
  }

  /** A {@link WrittenDuration}. */
  private static final class DurationText extends StdScalarDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    DurationText() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      Optional<Duration> read = WrittenDuration.read(parser.getText());
      if (read.isEmpty()) {
        throw context.weirdStringException(parser.getText(), Duration.class, WrittenDuration.FORM);
      }
      return read.get();
    }
  }
}
