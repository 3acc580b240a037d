package org.dmore.coordinator.api;

import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.PATCH;
import static io.netty.handler.codec.http.HttpMethod.POST;
import static io.netty.handler.codec.http.HttpMethod.PUT;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.HttpMethod;
import java.lang.reflect.Type;
import java.util.List;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.control.MigrationPlan;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.host.ConsoleNotes;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.record.DrainRecord;

/**
 * All that can be asked: the table that the server answers by, the client asks by, and the
 * description is made from.
 */
final class Routes {
  private static final Type HOST_LIST = new TypeReference<List<HostStatus>>() {}.getType();
  private static final Type PAIR_LIST = new TypeReference<List<PairStatus>>() {}.getType();
  private static final Type MOVE_LIST = new TypeReference<List<MigrationStatus>>() {}.getType();
  private static final Type NAME_LIST = new TypeReference<List<String>>() {}.getType();

  /** In a query: whose console, where there are several. */
  static final String GUEST = "guest";

  static final String MIGRATION_PATH = "/v1/migrations/{id}";

  static final Route DESCRIPTION =
      Route.of("describe", GET, "/v1/openapi.json", Access.ANYONE, "What can be asked: this.")
          .answering(JsonNode.class);

  // ---- the control plane

  static final Route HOSTS =
      view("listHosts", "/v1/hosts", "All hosts, by name.").answering(HOST_LIST);
  static final Route EDIT_HOST =
      order("editHost", PATCH, "/v1/hosts/{host}", "Changes a host's record.")
          .taking(ApiBodies.HostChange.class)
          .answering(HostStatus.class);
  static final Route DRAIN =
      order("drainHost", POST, "/v1/hosts/{host}/drain", "Begins to empty a host, or goes on.")
          .taking(ApiBodies.DrainOrder.class)
          .answering(DrainRecord.class);
  static final Route DRAIN_OF =
      view("getDrain", "/v1/hosts/{host}/drain", "How the emptying of a host stands.")
          .answering(DrainRecord.class);
  static final Route PAUSE_DRAIN =
      order("pauseDrain", POST, "/v1/hosts/{host}/drain/pause", "Lets moves end, begins none.")
          .answering(DrainRecord.class);
  static final Route UNDRAIN =
      order("undrainHost", DELETE, "/v1/hosts/{host}/drain", "Ends a drain; VMs may come again.")
          .answering(HostStatus.class);

  static final Route PAIRS =
      view("listPairs", "/v1/pairs", "All pairs, by name.").answering(PAIR_LIST);
  static final Route PAIR =
      view("getPair", "/v1/pairs/{pair}", "One pair.").answering(PairStatus.class);
  static final Route DEFINE_PAIR =
      order("definePair", PUT, "/v1/pairs/{pair}", "Makes a pair known, or changes it.")
          .taking(ApiBodies.PairDefinition.class)
          .answering(PairStatus.class);
  static final Route FORGET_PAIR =
      order("forgetPair", DELETE, "/v1/pairs/{pair}", "Forgets a pair; its VMs stay as they are.");
  static final Route PLAN =
      order("planMigration", POST, "/v1/pairs/{pair}/plan", "What a move would do.")
          .taking(ApiBodies.MoveOrder.class)
          .answering(MigrationPlan.class);
  static final Route MIGRATE =
      order("migratePair", POST, "/v1/pairs/{pair}/migrations", "Begins a move.")
          .taking(ApiBodies.MoveOrder.class)
          .answering(202, MigrationStatus.class);
  static final Route OPEN_CONSOLE =
      order("openConsole", POST, "/v1/pairs/{pair}/console", "Makes a way into the console.")
          .taking(ApiBodies.ConsoleOrder.class)
          .answering(ConsoleAccess.class);
  static final Route REVOKE_ACCESS =
      order(
              "revokeAccess",
              DELETE,
              "/v1/pairs/{pair}/access",
              "Takes ways into the console back: one by its id; or all that were made before a time"
                  + " as 2026-11-28T12:00:00Z, which may be left out with a user, and of that user"
                  + " alone if one is given.")
          .asking("id", "user", "before");
  static final Route SWITCH_POWER =
      order("switchPower", POST, "/v1/pairs/{pair}/power", "Switches the user VM.")
          .taking(ApiBodies.PowerOrder.class);

  static final Route MIGRATIONS =
      view("listMigrations", "/v1/migrations", "All moves, oldest first, without journals.")
          .answering(MOVE_LIST);
  static final Route MIGRATION =
      view("getMigration", MIGRATION_PATH, "One move, with its journal.")
          .answering(MigrationStatus.class);
  static final Route CANCEL =
      order("cancelMigration", DELETE, MIGRATION_PATH, "Asks for a move to be called off.")
          .answering(MigrationStatus.class);

  // ---- this host, for others

  static final Route HOST_NAME =
      host("getHostName", GET, "", "This host's name.").answering(ApiBodies.HostName.class);
  static final Route FREE_MEMORY =
      host("getFreeMemory", GET, "/memory/free", "Memory that a new VM could have.")
          .answering(ApiBodies.Memory.class);
  static final Route TOTAL_MEMORY =
      host("getTotalMemory", GET, "/memory/total", "Memory that VMs may have altogether.")
          .answering(ApiBodies.Memory.class);
  static final Route VMS =
      host("listVms", GET, "/vms", "Names of the VMs that are here.").answering(NAME_LIST);
  static final Route FIND =
      host("findVm", GET, "/vms/{vm}/domain", "A VM's number here.")
          .answering(ApiBodies.Found.class);
  static final Route IS_RUNNING =
      host("isVmRunning", GET, "/vms/{vm}/running", "Whether a VM runs here.")
          .answering(ApiBodies.Running.class);
  static final Route VM_MEMORY =
      host("getVmMemory", GET, "/vms/{vm}/memory", "Memory that a VM has.")
          .answering(ApiBodies.Memory.class);
  static final Route OPEN =
      host("openForVm", POST, "/vms/{vm}/open", "Opens this host for one VM.")
          .taking(ApiBodies.OpenOrder.class)
          .answering(VmHost.Landing.class);
  static final Route INCOMING =
      host("getIncomingVm", GET, "/vms/{vm}/incoming", "A VM that arrives here.")
          .answering(ApiBodies.Incoming.class);
  static final Route UNPAUSE =
      host("unpauseVm", POST, "/vms/{vm}/unpause", "Lets a paused VM run.");
  static final Route GIVE_UP =
      host("giveUpVm", POST, "/vms/{vm}/give-up", "Destroys what a move that failed has left.");
  static final Route DESTROY =
      host("destroyVm", DELETE, "/vms/{vm}", "Ends a VM at once, if it is here.");
  static final Route HOST_POWER =
      host("switchVm", POST, "/vms/{vm}/power", "Switches a VM.")
          .taking(ApiBodies.PowerOrder.class);
  static final Route START_CONSOLE_VM =
      host("startConsoleVm", POST, "/console-vms/{domR}/start", "Starts a DomR anew.");
  static final Route FOLLOW =
      host("followPair", PUT, "/consoles/{domU}", "Keeps a pair's console attached.")
          .taking(ApiBodies.FollowOrder.class);
  static final Route UNFOLLOW =
      host("unfollowPair", DELETE, "/consoles/{domU}", "Leaves a pair's console as it stands.");

  static final Route ATTACH_DEVICES =
      host("attachDevices", POST, "/agent/domains/{domU}/attach", "Gives a guest its devices.")
          .taking(ApiBodies.DeviceOrder.class);
  static final Route ADOPT_DEVICES =
      host("adoptDevices", POST, "/agent/domains/{domU}/adopt", "Takes a guest's devices over.")
          .taking(ApiBodies.DeviceOrder.class);
  static final Route FORGET_DEVICES =
      host("forgetDevices", POST, "/agent/domains/{domU}/forget", "Stops granting for a guest.");
  static final Route KEYBOARD_FRAME =
      host(
              "getKeyboardFrame",
              GET,
              "/agent/domains/{domU}/keyboard-frame",
              "Where a guest's keyboard page lies.")
          .answering(ApiBodies.KeyboardFrame.class);
  static final Route CONSUMER =
      host(
              "readConsumer",
              GET,
              "/agent/domains/{domU}/frames/{frame}/consumer",
              "How far a paused guest came in its keyboard ring.")
          .answering(ApiBodies.Consumer.class);
  static final Route CONSOLE_NOTES =
      host(
              "getConsoleNotes",
              GET,
              "/agent/domains/{domR}/notes",
              "What a console has told unasked; a guest's, where its DomR serves several.")
          .asking(GUEST)
          .answering(ConsoleNotes.class);
  static final Route COMMAND =
      host("commandConsole", POST, "/agent/domains/{domR}/command", "Gives consoled a command.")
          .taking(ApiBodies.CommandOrder.class)
          .answering(ApiBodies.CommandAnswer.class);

  private static final List<Route> ALL =
      List.of(
          DESCRIPTION,
          HOSTS,
          EDIT_HOST,
          DRAIN,
          DRAIN_OF,
          PAUSE_DRAIN,
          UNDRAIN,
          PAIRS,
          PAIR,
          DEFINE_PAIR,
          FORGET_PAIR,
          PLAN,
          MIGRATE,
          OPEN_CONSOLE,
          REVOKE_ACCESS,
          SWITCH_POWER,
          MIGRATIONS,
          MIGRATION,
          CANCEL,
          HOST_NAME,
          FREE_MEMORY,
          TOTAL_MEMORY,
          VMS,
          FIND,
          IS_RUNNING,
          VM_MEMORY,
          OPEN,
          INCOMING,
          UNPAUSE,
          GIVE_UP,
          DESTROY,
          HOST_POWER,
          START_CONSOLE_VM,
          FOLLOW,
          UNFOLLOW,
          ATTACH_DEVICES,
          ADOPT_DEVICES,
          FORGET_DEVICES,
          KEYBOARD_FRAME,
          CONSUMER,
          CONSOLE_NOTES,
          COMMAND);

  private Routes() {}

  /** All of them. */
  static List<Route> all() {
    return ALL;
  }

  private static Route view(String id, String path, String summary) {
    return Route.of(id, GET, path, Access.VIEWERS, summary);
  }

  private static Route order(String id, HttpMethod method, String path, String summary) {
    return Route.of(id, method, path, Access.OPERATORS, summary);
  }

  private static Route host(String id, HttpMethod method, String path, String summary) {
    return Route.of(id, method, "/v1/host" + path, Access.HOSTS, summary);
  }
}
