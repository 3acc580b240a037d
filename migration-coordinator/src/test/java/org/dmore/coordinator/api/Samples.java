package org.dmore.coordinator.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.coordinator.control.DrainRequest;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.control.MigrationPlan;
import org.dmore.coordinator.control.MigrationRequest;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.ConsoleNotes;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;

/** Calls of all methods, with everything that can be empty empty and not. */
final class Samples {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.123456789Z");

  /** A pair's name that no path has as it is. */
  static final String ODD = "a b/c+d%2F?&=#\u00e4\u4e2d";

  static final HostStatus HOST =
      new HostStatus(
          new HostRecord(
              "alpha",
              "https://10.0.0.1:7443",
              Long.MAX_VALUE,
              12,
              Map.of("rack", "r 1"),
              HostRecord.State.DRAINING,
              1L << 40,
              NOW),
          true,
          3);
  static final PairRecord PAIR_RECORD =
      new PairRecord(
          "web1", "web1-u", "web1-r", "", "10.0.0.9:5900", Map.of("a", "b"), Map.of("c", "d"));
  private static final PairStatus PAIR = new PairStatus(PAIR_RECORD, Optional.of("m-1"));
  private static final PairStatus BARE_PAIR =
      new PairStatus(
          new PairRecord("web2", "u", "r", "beta", "", Map.of(), Map.of(), List.of("v", ODD)),
          Optional.empty());
  private static final MigrationReceipt RECEIPT =
      new MigrationReceipt(
          "m-1",
          "alpha",
          "beta",
          9,
          4,
          5,
          5,
          0,
          0,
          true,
          Duration.ofMillis(1234),
          Duration.ofNanos(56_000_001),
          Duration.ZERO,
          Duration.ofMillis(-3),
          false);
  static final MigrationStatus BEGUN =
      new MigrationStatus(
          MigrationRecord.begun("m-1", "web1", "alpha", "beta", NOW), Optional.empty(), List.of());
  private static final MigrationStatus MOVED =
      new MigrationStatus(
          MigrationRecord.begun("m-1", "web1", "alpha", "beta", NOW)
              .at(MigrationStep.VERIFY)
              .done(NOW.plusSeconds(9), RECEIPT),
          Optional.of(
              new MigrationStatus.Progress("copying", 1, 1L << 33, 7, Duration.ofMillis(1500))),
          List.of(
              new MigrationJournal.Entry(
                  NOW,
                  "m-1",
                  "web1",
                  "alpha",
                  "beta",
                  MigrationStep.HOLD,
                  MigrationJournal.Mark.FAILED,
                  "\"why\"\n",
                  Map.of("frame", "77"))));
  private static final MigrationStatus CALLED_OFF =
      new MigrationStatus(
          BEGUN.migration().ended(MigrationRecord.State.CALLED_OFF, NOW, "it was asked for"),
          Optional.empty(),
          List.of());
  private static final DrainRecord DRAIN =
      new DrainRecord(
          "alpha",
          DrainRecord.State.PAUSED,
          2,
          NOW,
          Map.of(
              "web1", new DrainRecord.Result(DrainRecord.Outcome.MOVED, Optional.of("m-1"), ""),
              "web2",
                  new DrainRecord.Result(
                      DrainRecord.Outcome.STAYED, Optional.empty(), "no host has room")));
  private static final ConsoleAccess ACCESS =
      new ConsoleAccess(
          "10.0.0.9:5900", ConsoleRequest.Kind.PASSWORD, "Tr0ub4dr", "id-1", NOW.plusSeconds(60));

  private Samples() {}

  /**
   * A call and what it returns.
   *
   * @param result what the far end returns and the near end must
   */
  record Sample(String method, List<Object> arguments, Object result) {
    @Override
    public String toString() {
      return method + arguments;
    }
  }

  /** Of ControlPlane. */
  static List<Sample> control() {
    return List.of(
        of("hosts", List.of(HOST)),
        of("hosts", List.of()),
        of("editHost", HOST, "alpha", edit(Optional.of(Map.of("x", "y")), OptionalInt.of(4))),
        of("editHost", HOST, "alpha", HostEdit.DOWN),
        of("editHost", HOST, "alpha", edit(Optional.of(Map.of()), OptionalInt.empty())),
        of("editHost", HOST, "alpha", edit(Optional.empty(), OptionalInt.empty())),
        of("pairs", List.of(PAIR, BARE_PAIR)),
        of("pair", PAIR, "web1"),
        of("pair", BARE_PAIR, ODD),
        of("definePair", PAIR, PAIR_RECORD),
        of("forgetPair", "", ODD),
        of(
            "plan",
            new MigrationPlan(
                "web1",
                "alpha",
                "beta",
                List.of(new MigrationPlan.Check("room", false, "free=1")),
                List.of("hold", "move")),
            new MigrationRequest("web1", Optional.of("beta"), Optional.of(Duration.ofMillis(7)))),
        of("migrate", BEGUN, new MigrationRequest("web1", Optional.empty(), Optional.empty())),
        of("migrate", BEGUN, new MigrationRequest(ODD, Optional.of(ODD), Optional.empty())),
        of("migrations", List.of(BEGUN, CALLED_OFF)),
        of("migration", MOVED, "m-1"),
        of("cancel", CALLED_OFF, "m-1"),
        of("drain", DRAIN, new DrainRequest("alpha", 2)),
        of("drainOf", DRAIN, "alpha"),
        of("pauseDrain", DRAIN, "alpha"),
        of("undrain", HOST, "alpha"),
        of(
            "openConsole",
            ACCESS,
            new ConsoleRequest(
                "web1",
                ConsoleRequest.Kind.TOKEN,
                ConsoleRight.CONTROL,
                Duration.ofMinutes(5),
                OptionalInt.of(1),
                "alice",
                Optional.of("db1"))),
        of(
            "openConsole",
            ACCESS,
            new ConsoleRequest(
                "web1",
                ConsoleRequest.Kind.PASSWORD,
                ConsoleRight.VIEW,
                Duration.ofMillis(1),
                OptionalInt.empty(),
                "")),
        of("revokeAccess", "", "web1", Map.of("id", ODD)),
        of("revokeAccess", "", "web1", Map.of("user", "alice", "before", "1790000000")),
        of("power", "", "web1", Optional.empty(), PowerAction.RESET),
        of("power", "", "web1", Optional.of(ODD), PowerAction.REBOOT));
  }

  /** Of VmHost. */
  static List<Sample> host() {
    return List.of(
        of("vms", List.of("web1", ODD)),
        of("find", Optional.of(new DomainId(7)), ODD),
        of("find", Optional.empty(), "web1"),
        of("isRunning", true, "web1"),
        of("isRunning", false, "web1"),
        of("memoryOf", 1L << 40, "web1"),
        of("freeMemory", 5L),
        of("totalMemory", Long.MAX_VALUE),
        of("open", new VmHost.Landing("10.0.0.1:8002", ""), "web1", "beta", "10.0.0.2", "xl"),
        of("incoming", Optional.of(new VmHost.IncomingVm(new DomainId(9), 77)), "web1"),
        of("incoming", Optional.empty(), "web1"),
        of("unpause", "", "web1"),
        of("destroy", "", ODD),
        of("giveUp", "", ODD),
        of("startConsoleVm", "", "web1-r"),
        of("follow", "", "web1", "web1-r", false),
        of("follow", "", ODD, "web1-r", true),
        of("unfollow", "", "web1"));
  }

  /** Of ConsoleAgent. */
  static List<Sample> agent() {
    DomainId domR = new DomainId(3);
    DomainId domU = new DomainId(5);
    ConsoleId only = ConsoleId.only(domR);
    ConsoleId odd = new ConsoleId(domR, ODD);
    return List.of(
        of("attachDevices", "", only, domU),
        of("attachDevices", "", odd, domU),
        of("adoptDevices", "", domR, domU),
        of("forgetDevices", "", domU),
        of("keyboardFrame", OptionalLong.of(1L << 33), domU),
        of("keyboardFrame", OptionalLong.empty(), domU),
        of("notes", new ConsoleNotes(Optional.of("2026-11-28T12:00:00Z memory=none"), 12), only),
        of("notes", new ConsoleNotes(Optional.empty(), 0), odd),
        of("readConsumer", -2, domU, 1L << 33),
        of("readConsumer", Integer.MAX_VALUE, domU, 0L),
        of(
            "command",
            new ControlMessage(8, "ok", Map.of("consumed", "12")),
            only,
            "paste",
            Map.of("text", "p\u00e4 ss\n"),
            Duration.ofSeconds(2)),
        of(
            "command",
            new ControlMessage(9, "ok", Map.of()),
            odd,
            "status",
            Map.of(),
            Duration.ofMillis(1)));
  }

  private static HostEdit edit(Optional<Map<String, String>> labels, OptionalInt maxVms) {
    return new HostEdit(labels, maxVms);
  }

  private static Sample of(String method, Object result, Object... arguments) {
    return new Sample(method, List.of(arguments), result);
  }
}
