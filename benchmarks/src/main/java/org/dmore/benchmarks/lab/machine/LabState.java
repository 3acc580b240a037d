package org.dmore.benchmarks.lab.machine;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dmore.benchmarks.lab.LabException;

/**
 * What a started lab consists of, in a file, so that another process can end it: written before and
 * after each thing that is started.
 *
 * @param hosts how many it is to have
 * @param guests whether DomR and DomU belong to it
 * @param emulators the QEMU of each host that was started
 */
public record LabState(int hosts, boolean guests, SortedMap<Integer, OwnProcess> emulators) {
  /** Copies what it is given. */
  public LabState {
    emulators = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(emulators));
  }

  /** A lab of which nothing runs yet. */
  public static LabState planned(int hosts, boolean guests) {
    return new LabState(hosts, guests, new TreeMap<>(Map.of()));
  }

  /** The same with one more emulator. */
  public LabState with(int host, OwnProcess emulator) {
    SortedMap<Integer, OwnProcess> more = new TreeMap<>(emulators);
    more.put(host, emulator);
    return new LabState(hosts, guests, more);
  }

  /** Whether all that was to be started runs. */
  public boolean isUp() throws IOException {
    if (emulators.size() < hosts) {
      return false;
    }
    for (OwnProcess emulator : emulators.values()) {
      if (!emulator.isAlive()) {
        return false;
      }
    }
    return true;
  }

  /** Writes it in one go: a reader sees the old state or the new one. */
  public void save(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("hosts", Integer.toString(hosts));
    properties.setProperty("guests", Boolean.toString(guests));
    emulators.forEach(
        (host, process) ->
            properties.setProperty("emulator." + host, process.pid() + " " + process.start()));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (Writer writer = Files.newBufferedWriter(fresh)) {
      properties.store(writer, "What dmore lab started: dmore lab down ends it");
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads it, if it is there.
   *
   * @throws LabException if it cannot be understood
   */
  public static Optional<LabState> load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      SortedMap<Integer, OwnProcess> emulators = new TreeMap<>();
      for (String key : properties.stringPropertyNames()) {
        if (key.startsWith("emulator.")) {
          String[] words = properties.getProperty(key).split(" ", 2);
          emulators.put(
              Integer.parseInt(key.substring("emulator.".length())),
              new OwnProcess(Long.parseLong(words[0]), Long.parseLong(words[1])));
        }
      }
      return Optional.of(
          new LabState(
              Integer.parseInt(properties.getProperty("hosts", "")),
              Boolean.parseBoolean(properties.getProperty("guests", "")),
              emulators));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new LabException(
          "state=%s cannot be read (%s): end its processes by hand and remove it"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
