package org.dmore.coordinator.api;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.host.ConsoleAgent;
import org.dmore.coordinator.host.PowerActions;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;

/**
 * Another host, asked through its {@code hostd}. Its VMs' moves are led by itself: {@link #migrate}
 * and {@link #migrationOf} fail here. Thread-safe.
 */
public final class RemoteVmHost implements VmHost {
  private final String name;
  private final ApiClient client;
  private final RemoteConsoleAgent agent;

  /**
   * Asks nothing yet.
   *
   * @param name the host's name
   * @param client how its {@code hostd} is asked, as a host; stays its owner's to close
   */
  public RemoteVmHost(String name, ApiClient client) {
    this.name = name;
    this.client = client;
    this.agent = new RemoteConsoleAgent(client);
  }

  /**
   * Looks whether it is the host of that name that answers.
   *
   * @throws IOException if it is another, or none answers
   */
  public void check() throws IOException {
    String found = client.ask(ApiBodies.HostName.class, Routes.HOST_NAME).name();
    if (!found.equals(name)) {
      throw new IOException("host=" + name + " is host=" + found + ": its address is wrong");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ConsoleAgent agent() {
    return agent;
  }

  @Override
  public List<String> vms() throws IOException {
    return List.of(client.ask(String[].class, Routes.VMS));
  }

  @Override
  public Optional<DomainId> find(String vm) throws IOException {
    ApiBodies.Found found = client.ask(ApiBodies.Found.class, Routes.FIND, vm);
    return found.domain().isPresent()
        ? Optional.of(RemoteConsoleAgent.domain(found.domain().getAsInt()))
        : Optional.empty();
  }

  @Override
  public boolean isRunning(String vm) throws IOException {
    return client.ask(ApiBodies.Running.class, Routes.IS_RUNNING, vm).running();
  }

  @Override
  public long memoryOf(String vm) throws IOException {
    return client.ask(ApiBodies.Memory.class, Routes.VM_MEMORY, vm).bytes();
  }

  @Override
  public long freeMemory() throws IOException {
    return client.ask(ApiBodies.Memory.class, Routes.FREE_MEMORY).bytes();
  }

  @Override
  public long totalMemory() throws IOException {
    return client.ask(ApiBodies.Memory.class, Routes.TOTAL_MEMORY).bytes();
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination) throws IOException {
    throw notHere(vm);
  }

  @Override
  public Optional<VmMigration> migrationOf(String vm) throws IOException {
    // Empty would say that there is none.
    throw notHere(vm);
  }

  private IOException notHere(String vm) {
    return new IOException(
        "vm=%s is moved from host=%s by that host's own hostd alone: lead the move there"
            .formatted(vm, name));
  }

  @Override
  public Landing open(String vm, String source, String from, String toolstack) throws IOException {
    return client.ask(
        Landing.class, Routes.OPEN, new ApiBodies.OpenOrder(source, from, toolstack), vm);
  }

  @Override
  public Optional<IncomingVm> incoming(String vm) throws IOException {
    Optional<ApiBodies.Arriving> found =
        client.ask(ApiBodies.Incoming.class, Routes.INCOMING, vm).vm();
    return found.isPresent()
        ? Optional.of(
            new IncomingVm(
                RemoteConsoleAgent.domain(found.get().domain()), found.get().memoryBytes()))
        : Optional.empty();
  }

  @Override
  public void unpause(String vm) throws IOException {
    client.tell(Routes.UNPAUSE, vm);
  }

  @Override
  public void destroy(String vm) throws IOException {
    client.tell(Routes.DESTROY, vm);
  }

  @Override
  public void giveUp(String vm) throws IOException {
    client.tell(Routes.GIVE_UP, vm);
  }

  @Override
  public void startConsoleVm(String domR) throws IOException {
    client.tellAtLength(Routes.START_CONSOLE_VM, domR);
  }

  @Override
  public PowerActions power() {
    return (vm, action) ->
        client.tellAtLength(
            Routes.HOST_POWER, new ApiBodies.PowerOrder(action, Optional.empty()), vm);
  }

  @Override
  public void follow(String domU, String domR, boolean shared) throws IOException {
    client.tell(
        Routes.FOLLOW,
        new ApiBodies.FollowOrder(domR, shared ? Optional.of(true) : Optional.empty()),
        domU);
  }

  @Override
  public void unfollow(String domU) throws IOException {
    client.tell(Routes.UNFOLLOW, domU);
  }
}
