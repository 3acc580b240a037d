package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.BootException;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.coordinator.api.HostKeys;
import org.dmore.coordinator.api.Role;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.pair.MigrationStep;

/**
 * The control plane in the lab: etcd beside the hosts, {@code hostd} in each dom0 with keys and
 * settings of its own, and the pair with its guest known to libvirt. For one thread.
 */
final class ControlPlaneUnderTest implements AutoCloseable {
  /** The pair's name. */
  static final String PAIR = "web";

  private static final Duration COMMAND = Duration.ofMinutes(3);
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration END = Duration.ofMinutes(8);
  private static final Duration POLL = Duration.ofMillis(300);
  private static final int ETCD_PORT = 2379;
  private static final int API_PORT = 7443;
  private static final String KEYS = "/etc/dmore/keys/";

  /** As long as DomR's own move may take here. */
  private static final String PATIENT = "2m";

  /** Its status is 1 if there is none. */
  private static final String KILL_HOSTD =
      """
      killed=1
      for process in $(pidof java); do
        if tr '\\0' ' ' < /proc/$process/cmdline | grep -q 'Main hostd'; then
          kill -KILL $process && killed=0
        fi
      done
      exit $killed
      """;

  private final Lab lab;
  private final ScenarioReport report;
  private final Path folder;
  private final JsonMapper json = JsonMapper.builder().build();
  private OperatorMachine operator;
  private final Map<Integer, Dom0Job> hostds = new HashMap<>();
  private Process etcd;

  private ControlPlaneUnderTest(Lab lab, ScenarioReport report, Path folder, Process etcd) {
    this.lab = lab;
    this.report = report;
    this.folder = folder;
    this.etcd = etcd;
  }

  /** As {@link #start(Lab, ScenarioReport, String)}: a user VM waits for its console. */
  static ControlPlaneUnderTest start(Lab lab, ScenarioReport report)
      throws IOException, InterruptedException {
    return start(lab, report, PATIENT);
  }

  /**
   * Ends whatever ran, and starts etcd and both hostds.
   *
   * @param pausedBound how long a user VM that has landed waits for its console, as {@code 500ms}
   */
  static ControlPlaneUnderTest start(Lab lab, ScenarioReport report, String pausedBound)
      throws IOException, InterruptedException {
    report.step("starting etcd and a hostd on each host");
    Path folder = lab.work().resolve("control-plane");
    FileTree.delete(folder);
    Files.createDirectories(folder);
    Process etcd = startEtcd(folder);
    ControlPlaneUnderTest plane = new ControlPlaneUnderTest(lab, report, folder, etcd);
    boolean started = false;
    try {
      Path keys = folder.resolve("keys");
      HostKeys.KeyFiles unusedAuthority = HostKeys.makeAuthority(keys);
      plane.operator = new OperatorMachine(keys, API_PORT);
      for (Dom0 host : lab.hosts()) {
        CommandResult unusedLeftOver = host.run(COMMAND, KILL_HOSTD);
        HostKeys.KeyFiles unusedKeys =
            HostKeys.issue(keys, plane.name(host), Role.HOST, List.of(host.address()));
        plane.configure(host, keys, pausedBound);
        plane.startHostd(host);
      }
      for (Dom0 host : lab.hosts()) {
        plane.awaitHostd(host);
      }
      started = true;
    } finally {
      if (!started) {
        plane.close();
      }
    }
    return plane;
  }

  private static Process startEtcd(Path folder) throws IOException {
    String client = "http://" + Lab.GATEWAY + ":" + ETCD_PORT;
    return new ProcessBuilder(
            "etcd",
            "--name=lab",
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=http://127.0.0.1:0",
            "--logger=zap")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("etcd.log").toFile()))
        .start();
  }

  /** A host's name in the control plane. */
  String name(Dom0 host) {
    return "host" + host.number();
  }

  private void configure(Dom0 host, Path keys, String pausedBound) throws IOException {
    for (String file : List.of(name(host) + ".key", name(host) + ".pem", "ca.pem")) {
      host.upload(Files.readAllBytes(keys.resolve(file)), KEYS + file, false);
    }
    host.check("chmod 600 " + KEYS + "*.key");
    String settings =
        """
        name: %1$s
        address: %2$s
        api:
          listen: %2$s:%3$d
          key: %4$s%1$s.key
          certificate: %4$s%1$s.pem
          authority: %4$sca.pem
        store:
          etcd:
            endpoints: ["http://%5$s:%6$d"]
        libvirt:
          uri: xen:///system
          peer-uri: xen+tcp://%2$s/system
        streams: plain
        console-vms: /etc/xen/%%s.cfg
        # Emulated processors are slow, and time jumps: nothing here is about time.
        migration:
          answer: 60s
          drain: 5s
          dom-r-move: 5m
          dom-u-landing: 5m
          paused-bound: %7$s
          verify: 90s
          persistence: 2m
        waits:
          toolstack: 90s
          arrival: 5m
          call: 2m
          connect: 40s
          store: 40s
          look: 10s
          presence: 60s
          leader: 60s
        """
            .formatted(
                name(host), host.address(), API_PORT, KEYS, Lab.GATEWAY, ETCD_PORT, pausedBound);
    // A small disk of its own for what hostd must keep while a VM moves, so that it can be full.
    host.check(
        "mkdir -p /run/dmore; mountpoint -q /run/dmore || mount -t tmpfs -o size=4m run /run/dmore");
    host.upload(
        settings.getBytes(java.nio.charset.StandardCharsets.UTF_8), "/etc/dmore/hostd.yaml", false);
  }

  /** Starts a host's hostd, which goes on in the background. */
  void startHostd(Dom0 host) throws IOException {
    hostds.put(host.number(), host.start("hostd", "DMORE_LOG=INFO exec dmore hostd"));
  }

  /** Ends a host's hostd at once, as a crash does; what it started beside itself goes on. */
  void killHostd(Dom0 host) throws LabException {
    host.check(KILL_HOSTD);
  }

  /** Ends etcd at once, as a crash of its machine does; what it has said is done stays so. */
  void killEtcd() {
    etcd.destroyForcibly();
  }

  /** Starts etcd again, over what it had written. */
  void restartEtcd() throws IOException {
    etcd = startEtcd(folder);
  }

  /**
   * Waits until a host's hostd begins a step of a move.
   *
   * @param mark where in its log to look from
   */
  void awaitStep(Dom0 host, long mark, MigrationStep step)
      throws IOException, InterruptedException {
    Matcher unused =
        hostd(host)
            .log()
            .await(
                mark,
                Pattern.compile(
                    "\"event\":\"migration-step\".*\"mark\":\"BEGIN\".*\"step\":\""
                        + step.name()
                        + "\""),
                START);
  }

  /** Waits until the last move has ended; as any operator sees it. */
  JsonNode awaitEnd(Dom0 host) throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(END);
    while (true) {
      CommandResult result = dmore(host, COMMAND, "migrations --json --last 1");
      List<JsonNode> lines = lines(result.out());
      if (result.status() == 0 && !lines.isEmpty()) {
        JsonNode last = lines.get(lines.size() - 1);
        if (!last.path("state").asText().equals("running")) {
          return last;
        }
      }
      if (deadline.passed()) {
        throw new LabException(
            "the move does not end within %ds: %s%s"
                .formatted(END.toSeconds(), result.out(), result.err()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Waits until a host's hostd answers. */
  void awaitHostd(Dom0 host) throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(START);
    while (!dmore(host, COMMAND, "hosts --json").succeeded()) {
      if (hostds.get(host.number()).status().isPresent() || deadline.passed()) {
        throw new LabException(
            "host=%d: hostd does not answer: see %s"
                .formatted(host.number(), hostds.get(host.number()).log().path()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** What a host's hostd says. */
  Dom0Job hostd(Dom0 host) {
    return hostds.get(host.number());
  }

  /** Whose the guest is. */
  enum Toolstack {
    LIBVIRT(
        """
        virsh domxml-from-native xen-xl /run/domu.cfg > /run/domu.xml
        virsh create --paused /run/domu.xml
        """,
        "virsh resume "),
    XL("xl create -p /run/domu.cfg", "xl unpause ");

    private final String createPaused;
    private final String resume;

    Toolstack(String createPaused, String resume) {
      this.createPaused = createPaused;
      this.resume = resume;
    }
  }

  /** Starts DomR by xl and the guest, paused until its console serves, on the first host. */
  void startPair(PairUnderTest pair, Toolstack toolstack) throws IOException, InterruptedException {
    Dom0 host = lab.host(1);
    Guest domr = lab.domr();
    Guest domu = lab.domu();
    report.step(
        "starting DomR by xl and the guest by " + toolstack.name().toLowerCase(Locale.ROOT));
    int unusedDomR = domr.create(host, "memory=" + DOMR_MIB);
    long mark = pair.mark();
    long said = hostd(host).log().size();
    host.check(
        COMMAND,
        "sed 's/^memory=.*/memory=%d/' %s > /run/domu.cfg\n"
                .formatted(DOMU_MIB, domu.configuration())
            + toolstack.createPaused);
    lab.pair().awaitConsoled(host);
    definePair(List.of(domu.name()), said);
    host.check(COMMAND, toolstack.resume + domu.name());
    pair.awaitGuest(mark);
  }

  /** DomR's memory: it is to be the smaller of the two, as it is where guests are of real size. */
  private static final int DOMR_MIB = 160;

  private static final int DOMU_MIB = 256;

  /** Makes the lab's DomR and guests on the first host a pair; returns when all are served. */
  void definePair(List<String> guests) throws IOException, InterruptedException {
    definePair(guests, hostd(lab.host(1)).log().size());
  }

  private void definePair(List<String> guests, long mark) throws IOException, InterruptedException {
    Dom0 host = lab.host(1);
    host.check(
        COMMAND,
        "DMORE_CALL_TIMEOUT=2m dmore pairs add %s --domu %s --domr %s --console %s:%d"
            .formatted(
                PAIR,
                String.join(" --domu ", guests),
                lab.domr().name(),
                lab.console().getAddress().getHostAddress(),
                lab.console().getPort()));
    Deadline deadline = Deadline.in(START);
    while (hostd(host).log().textFrom(mark).split(" SERVED ", -1).length <= guests.size()) {
      if (deadline.passed()) {
        throw new BootException(
            "host=%d: consoled does not serve: see %s"
                .formatted(host.number(), hostd(host).log().path()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Runs a command that asks a host's hostd, on the operator's machine. */
  CommandResult dmore(Dom0 host, Duration limit, String arguments)
      throws IOException, InterruptedException {
    return operator.dmore(host, limit, arguments);
  }

  /** The last move's receipt, as any operator gets it; a missing node if there is none. */
  JsonNode lastReceipt(Dom0 host) throws IOException, InterruptedException {
    CommandResult all = dmore(host, PairUnderTest.SOON, "migrations --json --last 1");
    List<JsonNode> moves = lines(all.out());
    return moves.isEmpty()
        ? MissingNode.getInstance()
        : moves.get(moves.size() - 1).findPath("receipt");
  }

  /** The JSON objects that a command prints, a line each. */
  List<JsonNode> lines(String output) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : output.lines().filter(text -> text.startsWith("{")).toList()) {
      lines.add(json.readTree(line));
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    try {
      for (Dom0 host : lab.hosts()) {
        Dom0Job hostd = hostds.get(host.number());
        if (hostd != null && hostd.status().isEmpty()) {
          hostd.signal("TERM");
          int unused = hostd.await(COMMAND);
        }
      }
      etcd.destroy();
      if (!etcd.waitFor(10, TimeUnit.SECONDS)) {
        etcd.destroyForcibly();
      }
    } catch (InterruptedException e) {
      etcd.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Path unused = report.keep("etcd.log", Files.readAllBytes(folder.resolve("etcd.log")));
  }
}
