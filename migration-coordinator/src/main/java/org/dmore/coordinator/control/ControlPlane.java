package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.PairRecord;

/**
 * What can be asked of a {@code hostd}, whatever host it is about: it asks others itself.
 * Thread-safe.
 *
 * <p>Every method fails with a {@link ControlException} where the caller can do something about it,
 * and with another {@link IOException} where hostd, its store or another host does not answer.
 */
public interface ControlPlane {

  /** All hosts, by name. */
  List<HostStatus> hosts() throws IOException;

  /** Changes a host's labels or how many VMs it may have. */
  HostStatus editHost(String host, HostEdit edit) throws IOException;

  /** All pairs, by name. */
  List<PairStatus> pairs() throws IOException;

  /** One pair. */
  PairStatus pair(String name) throws IOException;

  /**
   * Makes a pair known, or changes what is known of it; its console is attached from now on. Its
   * host is where both VMs are: that of the record is not looked at.
   */
  PairStatus definePair(PairRecord pair) throws IOException;

  /** Forgets a pair that does not move; VMs and devices stay as they are. */
  void forgetPair(String name) throws IOException;

  /** What a move would do, and whether anything stands in its way; nothing is changed. */
  MigrationPlan plan(MigrationRequest request) throws IOException;

  /**
   * Begins a move.
   *
   * @return how it stands; it goes on after this has returned
   */
  MigrationStatus migrate(MigrationRequest request) throws IOException;

  /** All moves that are remembered, oldest first, without their journals. */
  List<MigrationStatus> migrations() throws IOException;

  /** One move, with its journal. */
  MigrationStatus migration(String id) throws IOException;

  /**
   * Asks for a move to be called off.
   *
   * @throws ControlException if it has committed and can only go forward, or has ended
   */
  MigrationStatus cancel(String id) throws IOException;

  /** Begins to empty a host, or goes on if that was paused. */
  DrainRecord drain(DrainRequest request) throws IOException;

  /** How the emptying of a host stands. */
  DrainRecord drainOf(String host) throws IOException;

  /** Lets moves under way end and begins none. */
  DrainRecord pauseDrain(String host) throws IOException;

  /** Ends a drain, wherever it stands, and lets VMs come to the host again. */
  HostStatus undrain(String host) throws IOException;

  /** Makes a way into a pair's console. */
  ConsoleAccess openConsole(ConsoleRequest request) throws IOException;

  /**
   * Takes ways into a pair's consoles back: by the token's or password's {@code id}; or all that
   * were issued {@code before} a time, or to a {@code user}, or both.
   */
  void revokeAccess(String pair, Map<String, String> which) throws IOException;

  /**
   * Switches a pair's user VM.
   *
   * @param guest which, where there are several; the first if empty
   */
  void power(String pair, Optional<String> guest, PowerAction action)
      throws IOException, InterruptedException;
}
