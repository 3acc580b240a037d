package org.dmore.coordinator.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.vdev.access.ConsoleRight;

/**
 * Bodies of requests and answers that are no records of the control plane. Times are in
 * milliseconds where a person writes them.
 */
final class ApiBodies {
  private ApiBodies() {}

  // ---- what operators ask

  record HostChange(
      Optional<Map<String, String>> labels, OptionalInt maxVms, Optional<Boolean> down) {}

  record DrainOrder(int parallelism) {}

  record PairDefinition(
      String domU,
      Optional<List<String>> others,
      String domR,
      Optional<String> console,
      Optional<Map<String, String>> labels,
      Optional<Map<String, String>> affinity) {}

  record MoveOrder(Optional<String> to, OptionalLong pausedBoundMillis) {}

  record ConsoleOrder(
      ConsoleRequest.Kind kind,
      ConsoleRight right,
      long lifetimeMillis,
      OptionalInt uses,
      Optional<String> user,
      Optional<String> guest) {}

  record PowerOrder(PowerAction action, Optional<String> guest) {}

  // ---- what hosts ask

  record HostName(String name) {}

  record Memory(long bytes) {}

  record Found(OptionalInt domain) {}

  record Running(boolean running) {}

  record OpenOrder(String source, String from, String toolstack) {}

  record Incoming(Optional<Arriving> vm) {}

  record Arriving(int domain, long memoryBytes) {
    static Arriving of(VmHost.IncomingVm vm) {
      return new Arriving(vm.id().value(), vm.memoryBytes());
    }
  }

  record FollowOrder(String domR, Optional<Boolean> shared) {}

  record DeviceOrder(int domR, Optional<String> guest) {}

  record KeyboardFrame(OptionalLong frame) {}

  record Consumer(long consumer) {}

  record CommandOrder(
      String verb, Map<String, String> arguments, long deadlineMillis, Optional<String> guest) {}

  record CommandAnswer(long sequence, String verb, Map<String, String> arguments) {}
}
