package org.dmore.coordinator.api;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.DrainRequest;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.control.MigrationRequest;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.store.record.PairRecord;

/** The control plane's part of the routes. */
final class ControlHandlers {
  private final ControlPlane control;

  ControlHandlers(ControlPlane control) {
    this.control = control;
  }

  void addTo(Handlers handlers) {
    handlers
        .on(Routes.HOSTS, call -> Reply.of(control.hosts()))
        .on(Routes.EDIT_HOST, this::editHost)
        .on(Routes.DRAIN, this::drain)
        .on(Routes.DRAIN_OF, call -> Reply.of(control.drainOf(call.name("host"))))
        .on(Routes.PAUSE_DRAIN, call -> Reply.of(control.pauseDrain(call.name("host"))))
        .on(Routes.UNDRAIN, call -> Reply.of(control.undrain(call.name("host"))))
        .on(Routes.PAIRS, call -> Reply.of(control.pairs()))
        .on(Routes.PAIR, call -> Reply.of(control.pair(call.name("pair"))))
        .on(Routes.DEFINE_PAIR, this::definePair)
        .on(Routes.FORGET_PAIR, this::forgetPair)
        .on(Routes.PLAN, call -> Reply.of(control.plan(move(call))))
        .on(Routes.MIGRATE, this::migrate)
        .on(Routes.OPEN_CONSOLE, this::openConsole)
        .on(Routes.REVOKE_ACCESS, this::revokeAccess)
        .on(Routes.SWITCH_POWER, this::switchPower)
        .on(Routes.MIGRATIONS, call -> Reply.of(control.migrations()))
        .on(Routes.MIGRATION, call -> Reply.of(control.migration(call.name("id"))))
        .on(Routes.CANCEL, call -> Reply.of(control.cancel(call.name("id"))));
  }

  private Reply editHost(Call call) throws IOException {
    ApiBodies.HostChange change = call.body(ApiBodies.HostChange.class);
    return Reply.of(
        control.editHost(
            call.name("host"),
            new HostEdit(change.labels(), change.maxVms(), change.down().orElse(false))));
  }

  private Reply drain(Call call) throws IOException {
    int parallelism = call.body(ApiBodies.DrainOrder.class).parallelism();
    return Reply.of(control.drain(new DrainRequest(call.name("host"), parallelism)));
  }

  private Reply definePair(Call call) throws IOException {
    ApiBodies.PairDefinition pair = call.body(ApiBodies.PairDefinition.class);
    // Where it is, the control plane finds out itself.
    String host = "";
    return Reply.of(
        control.definePair(
            new PairRecord(
                call.name("pair"),
                pair.domU(),
                pair.domR(),
                host,
                pair.console().orElse(""),
                pair.labels().orElse(Map.of()),
                pair.affinity().orElse(Map.of()),
                pair.others().orElse(List.of()))));
  }

  private Reply forgetPair(Call call) throws IOException {
    control.forgetPair(call.name("pair"));
    return Reply.EMPTY;
  }

  private Reply migrate(Call call) throws IOException {
    MigrationStatus begun = control.migrate(move(call));
    return Reply.at(Routes.MIGRATION.path().fill(begun.migration().id()), begun);
  }

  private static MigrationRequest move(Call call) throws ControlException {
    ApiBodies.MoveOrder order = call.body(ApiBodies.MoveOrder.class);
    Optional<Duration> bound = Optional.empty();
    if (order.pausedBoundMillis().isPresent()) {
      bound = Optional.of(millis("pausedBoundMillis", order.pausedBoundMillis().getAsLong()));
    }
    return new MigrationRequest(call.name("pair"), order.to(), bound);
  }

  private Reply openConsole(Call call) throws IOException {
    ApiBodies.ConsoleOrder order = call.body(ApiBodies.ConsoleOrder.class);
    return Reply.of(
        control.openConsole(
            new ConsoleRequest(
                call.name("pair"),
                order.kind(),
                order.right(),
                millis("lifetimeMillis", order.lifetimeMillis()),
                order.uses(),
                order.user().orElse(""),
                order.guest())));
  }

  private Reply revokeAccess(Call call) throws IOException {
    if (call.query().isEmpty()) {
      throw new ControlException(
          Reason.INVALID, "which access is to be taken back: give id, user or before in the query");
    }
    control.revokeAccess(call.name("pair"), call.query());
    return Reply.EMPTY;
  }

  private Reply switchPower(Call call) throws IOException, InterruptedException {
    ApiBodies.PowerOrder order = call.body(ApiBodies.PowerOrder.class);
    control.power(call.name("pair"), order.guest(), order.action());
    return Reply.EMPTY;
  }

  static Duration millis(String field, long value) throws ControlException {
    if (value < 1) {
      throw new ControlException(
          Reason.INVALID, "field=%s value=%d must be 1 or more".formatted(field, value));
    }
    return Duration.ofMillis(value);
  }
}
