package org.dmore.benchmarks.lab.machine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.coordinator.image.FileTree;

/**
 * What a lab has of this machine: started piece by piece, each recorded as soon as it is there, and
 * ended by that record, also by another process and after a crash.
 */
public final class LabMachine {
  private final LabPlace place;
  private final LabNetwork network;

  /** The machine of a lab, whatever state it is in. */
  public LabMachine(LabPlace place) {
    this.place = place;
    this.network = new LabNetwork(place.namespace());
  }

  /**
   * Does something while nobody else starts or ends the same lab.
   *
   * @throws LabException if another does so now
   */
  public int exclusively(Action action) throws IOException, InterruptedException {
    Files.createDirectories(place.lockFile().getParent());
    try (FileChannel file =
        FileChannel.open(place.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (!isLocked(file)) {
        throw new LabException(
            "lab=%s is being started or ended by another dmore: wait for it"
                .formatted(place.name()));
      }
      return action.run();
    }
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by this very JVM
    }
  }

  /** Something that gives an exit status. */
  @FunctionalInterface
  public interface Action {
    int run() throws IOException, InterruptedException;
  }

  /** What was recorded, if the lab was ever started and not ended. */
  public Optional<LabState> state() throws IOException {
    return LabState.load(place.stateFile());
  }

  /** Makes the folders and the network, and records a lab of which nothing runs yet. */
  public void prepare(int hosts, boolean guests) throws IOException, InterruptedException {
    Files.createDirectories(place.share());
    LabState.planned(hosts, guests).save(place.stateFile());
    network.make(hosts);
  }

  /** Starts a host of a prepared lab and records it. */
  public void startHost(int host, Path xen, Path kernel, Path initramfs) throws IOException {
    LabState state =
        state()
            .orElseThrow(
                () -> new IllegalStateException("lab=" + place.name() + " is not prepared"));
    OwnProcess process = new Emulator(place, network).start(host, xen, kernel, initramfs);
    state.with(host, process).save(place.stateFile());
  }

  /** Whether anything of the lab is there. */
  public boolean exists() throws IOException, InterruptedException {
    return Files.exists(place.work()) || network.exists();
  }

  /** Whether all of the lab's hosts run. */
  public boolean isUp() throws IOException {
    Optional<LabState> state = state();
    return state.isPresent() && state.get().isUp();
  }

  /**
   * Ends the hosts and removes the network; logs stay.
   *
   * @return processes that are in the namespace and are not the lab's: they are left alone
   */
  public List<Long> stop() throws IOException, InterruptedException {
    List<Long> strangers = new ArrayList<>();
    Optional<LabState> state = state();
    if (state.isPresent()) {
      for (OwnProcess emulator : state.get().emulators().values()) {
        emulator.end();
      }
    }
    if (network.exists()) {
      for (long pid : network.processes()) {
        if (isEmulator(pid)) {
          OwnProcess.of(pid).end();
        } else if (pid != ProcessHandle.current().pid()) {
          strangers.add(pid);
        }
      }
      network.remove();
    }
    Files.deleteIfExists(place.stateFile());
    return strangers;
  }

  /** {@link #stop()}, and removes the lab's folder. */
  public List<Long> remove() throws IOException, InterruptedException {
    List<Long> strangers = stop();
    FileTree.delete(place.work());
    Files.deleteIfExists(place.lockFile());
    return strangers;
  }

  /** Puts a file, or a folder with all that is in it, where the hosts see it. */
  public void share(Path from, String name) throws IOException {
    SharedFiles.add(from, place.share().resolve(name));
  }

  /** The lab's network. */
  public LabNetwork network() {
    return network;
  }

  /** The same program again, inside the lab's network, with other arguments. */
  public ProcessBuilder inside(List<String> arguments) {
    List<String> command = new ArrayList<>(network.prefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("org.dmore.coordinator.cli.Main");
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(Map.of(LabPlace.CACHE_VARIABLE, place.cache().toString()));
    return builder;
  }

  /** A host that was started just before a crash, so that it was not recorded. */
  private boolean isEmulator(long pid) {
    try {
      List<String> words =
          List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1));
      return words.get(0).startsWith("qemu-system")
          && words.stream().anyMatch(word -> word.startsWith("guest=" + place.name() + "-host"));
    } catch (IOException e) {
      return false; // ended meanwhile
    }
  }
}
