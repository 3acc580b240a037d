package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dmore.coordinator.api.Samples.Sample;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.host.ConsoleAgent;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.PowerActions;
import org.dmore.coordinator.host.VmHost;
import org.dmore.rfb.LeakExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class RoundTripTest {
  @TempDir private Path folder;
  private ApiRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new ApiRig(folder);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void everyCallOfTheControlPlaneGoesThroughTheUnixSocketUnchanged() throws Exception {
    assertAllGoThrough(ControlPlane.class, rig.local(), rig.control(), Samples.control());
  }

  @Test
  void everyCallOfTheControlPlaneGoesThroughTlsUnchanged() throws Exception {
    assertAllGoThrough(
        ControlPlane.class, rig.remote("alice", Role.OPERATOR), rig.control(), Samples.control());
  }

  @Test
  void everyCallOfAHostGoesThroughTlsUnchanged() throws Exception {
    VmHost remote = new RemoteVmHost("alpha", rig.remote("beta", Role.HOST));

    assertAllGoThrough(
        VmHost.class,
        remote,
        rig.host(),
        Samples.host(),
        "name",
        "agent",
        "power",
        "isDown",
        "migrate",
        "migrationOf");
    assertThat(remote.name()).isEqualTo("alpha");
  }

  @Test
  void everyCallOfAConsoleAgentGoesThroughTlsUnchanged() throws Exception {
    VmHost remote = new RemoteVmHost("alpha", rig.remote("beta", Role.HOST));

    assertAllGoThrough(ConsoleAgent.class, remote.agent(), rig.agent(), Samples.agent());
  }

  @Test
  void aRemoteHostsPowerIsSwitchedThere() throws Exception {
    Recorder power = new Recorder().answer("perform", () -> null);
    rig.host().answer("power", () -> power.as(PowerActions.class));

    new RemoteVmHost("alpha", rig.remote("beta", Role.HOST))
        .power()
        .perform("web1", PowerAction.REBOOT);

    assertThat(power.calls())
        .containsExactly(new Recorder.Call("perform", List.of("web1", PowerAction.REBOOT)));
  }

  @Test
  void aRemoteHostsMovesAreNotForOthersToBeginOrTakeUp() throws Exception {
    RemoteVmHost remote = new RemoteVmHost("alpha", rig.remote("beta", Role.HOST));

    assertThatThrownBy(() -> remote.migrate("web1", remote))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("host=alpha")
        .hasMessageContaining("lead the move there");
    assertThatThrownBy(() -> remote.migrationOf("web1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lead the move there");
    assertThat(rig.host().calls()).isEmpty();
  }

  @Test
  void aHostOfAnotherNameIsNoticed() throws Exception {
    rig.host().answer("name", () -> "gamma");
    ApiClient client = rig.remote("beta", Role.HOST);

    new RemoteVmHost("gamma", client).check();
    assertThatThrownBy(() -> new RemoteVmHost("alpha", client).check())
        .hasMessageContaining("host=alpha is host=gamma");
  }

  private static void assertAllGoThrough(
      Class<?> type, Object client, Recorder far, List<Sample> samples, String... others)
      throws Exception {
    Set<String> tried = new TreeSet<>(List.of(others));
    for (Sample sample : samples) {
      Method method =
          Arrays.stream(type.getMethods())
              .filter(each -> each.getName().equals(sample.method()))
              .findFirst()
              .orElseThrow();
      boolean silent = method.getReturnType() == void.class;
      far.answer(sample.method(), () -> silent ? null : sample.result());
      int before = far.calls().size();
      Object result;
      try {
        method.setAccessible(true);
        result = method.invoke(client, sample.arguments().toArray());
      } catch (InvocationTargetException e) {
        throw new AssertionError(sample + " failed", e.getCause());
      }
      assertThat(far.calls().subList(before, far.calls().size()))
          .as("what arrived of %s", sample)
          .containsExactly(new Recorder.Call(sample.method(), sample.arguments()));
      if (!silent) {
        assertThat(result).as("what came back of %s", sample).isEqualTo(sample.result());
      }
      tried.add(sample.method());
    }
    assertThat(tried)
        .as("methods that were tried")
        .isEqualTo(
            Arrays.stream(type.getMethods())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new)));
  }
}
