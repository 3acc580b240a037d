package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.dmore.coordinator.host.ConsoleAgent;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.ConsoleNotes;
import org.dmore.coordinator.host.PowerActions;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;

/**
 * A host whose hostd is gone. Nothing can be asked of it; what its hostd did as long as it lived,
 * granting, has ended with it.
 */
final class AbsentHost implements VmHost, ConsoleAgent {
  private final String name;
  private final boolean down;

  /**
   * Names it.
   *
   * @param down whether an operator has said that nothing of it comes back
   */
  AbsentHost(String name, boolean down) {
    this.name = name;
    this.down = down;
  }

  @Override
  public boolean isDown() {
    return down;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ConsoleAgent agent() {
    return this;
  }

  @Override
  public void forgetDevices(DomainId domU) {
    // It does so no more.
  }

  @Override
  public void unfollow(String domU) {
    // It does so no more.
  }

  @Override
  public List<String> vms() throws IOException {
    throw absent();
  }

  @Override
  public Optional<DomainId> find(String vm) throws IOException {
    throw absent();
  }

  @Override
  public boolean isRunning(String vm) throws IOException {
    throw absent();
  }

  @Override
  public long memoryOf(String vm) throws IOException {
    throw absent();
  }

  @Override
  public long freeMemory() throws IOException {
    throw absent();
  }

  @Override
  public long totalMemory() throws IOException {
    throw absent();
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination) throws IOException {
    throw absent();
  }

  @Override
  public Optional<VmMigration> migrationOf(String vm) throws IOException {
    throw absent();
  }

  @Override
  public Landing open(String vm, String source, String from, String toolstack) throws IOException {
    throw absent();
  }

  @Override
  public Optional<IncomingVm> incoming(String vm) throws IOException {
    throw absent();
  }

  @Override
  public void unpause(String vm) throws IOException {
    throw absent();
  }

  @Override
  public void destroy(String vm) throws IOException {
    throw absent();
  }

  @Override
  public void giveUp(String vm) throws IOException {
    throw absent();
  }

  @Override
  public void startConsoleVm(String domR) throws IOException {
    throw absent();
  }

  @Override
  public PowerActions power() {
    return (vm, action) -> {
      throw absent();
    };
  }

  @Override
  public void follow(String domU, String domR, boolean shared) throws IOException {
    throw absent();
  }

  @Override
  public void attachDevices(ConsoleId console, DomainId domU) throws IOException {
    throw absent();
  }

  @Override
  public void adoptDevices(DomainId domR, DomainId domU) throws IOException {
    throw absent();
  }

  @Override
  public OptionalLong keyboardFrame(DomainId domU) throws IOException {
    throw absent();
  }

  @Override
  public ConsoleNotes notes(ConsoleId console) throws IOException {
    throw absent();
  }

  @Override
  public int readConsumer(DomainId domU, long frame) throws IOException {
    throw absent();
  }

  @Override
  public ControlMessage command(
      ConsoleId console, String verb, Map<String, String> arguments, Duration deadline)
      throws IOException {
    throw absent();
  }

  private IOException absent() {
    return new IOException("host=" + name + " does not answer: its hostd is gone");
  }
}
