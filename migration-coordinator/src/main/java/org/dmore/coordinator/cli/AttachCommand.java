package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.host.AttachmentEvent;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.PairAttachment;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.xen.DomainId;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore attach}. */
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Give a guest a screen and a keyboard served by a console VM.",
      "Runs in dom0, in the foreground, and follows both VMs through reboots and",
      "moves: whatever has their names gets attached. Ctrl-C ends it and leaves the",
      "devices as they are; started again, it goes on without disturbing anything.",
      ""
    },
    footer = {
      "",
      "A guest may run already: it sees the devices come, as if plugged in. To have",
      "its boot on the screen from the first line, create it paused (xl create -p,",
      "virsh start --paused) and unpause it when this says 'served'.",
      "Exit status: 0 stopped, or with --once connected; 1 not connected in time, or",
      "an error."
    })
public final class AttachCommand implements Callable<Integer> {
  private final Dom0.Source source;

  @Spec private CommandSpec spec;

  @Option(
      names = "--domr",
      paramLabel = "NAME",
      required = true,
      description = "The console VM, by name or domain id.")
  private String domR;

  @Option(
      names = "--domu",
      paramLabel = "NAME",
      required = true,
      description = "The guest, by name or domain id.")
  private String domU;

  @Option(
      names = "--shared",
      description =
          "The console VM serves other guests too (dmore.guests on its kernel's command line).")
  private boolean shared;

  @Option(
      names = "--once",
      description = "End when the guest's drivers are connected, instead of following.")
  private boolean once;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description =
          "How long the console VM may take to serve before this complains; with --once, how long"
              + " until all is connected (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  private final Set<String> connected = new HashSet<>();
  private final CompletableFuture<Void> allConnected = new CompletableFuture<>();
  private final CompletableFuture<Void> stopAsked = new CompletableFuture<>();
  private volatile Optional<String> lastProblem = Optional.empty();
  private Lines lines;

  AttachCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    lines = new Lines(spec.commandLine().getOut(), json);
    try (Dom0 dom0 = source.open()) {
      DomainDirectory directory = new DomainDirectory(dom0.ports().xenStore());
      String nameR = name(directory, domR);
      String nameU = name(directory, domU);
      try (PairAttachment attachment =
          new PairAttachment(dom0.ports(), nameR, nameU, shared, patience, this::tell)) {
        attachment.start();
        if (once) {
          return awaitConnected(attachment);
        }
        follow(attachment);
      }
      if (stopAsked.isDone()) { // told last: the attachment tells no more
        lines.tell("stopped", Map.of("message", "the devices stay attached"));
      }
      return 0;
    }
  }

  /** Ends the command, as a signal does. */
  void stop() {
    stopAsked.complete(null);
  }

  /** The name by which a domain is followed; one that comes later can only be named by it. */
  private String name(DomainDirectory directory, String nameOrId) throws IOException {
    if (!once && !DomainDirectory.isNumber(nameOrId)) {
      return nameOrId;
    }
    DomainId id = directory.require(nameOrId);
    return directory.domains().getOrDefault(id, nameOrId);
  }

  private void follow(PairAttachment attachment) throws InterruptedException {
    Object unusedInt = Signals.register("INT", this::stop);
    Object unusedTerm = Signals.register("TERM", this::stop);
    await(CompletableFuture.anyOf(attachment.ended(), stopAsked), Optional.empty());
  }

  private int awaitConnected(PairAttachment attachment) throws IOException, InterruptedException {
    boolean inTime =
        await(
            CompletableFuture.anyOf(allConnected, attachment.ended(), stopAsked),
            Optional.of(patience.plusMillis(200)));
    if (allConnected.isDone()) {
      return 0;
    }
    if (inTime) {
      return 1; // stopped, or taken away: told already
    }
    throw new IOException(
        lastProblem.orElse(
            "the drivers of domu="
                + domU
                + " did not connect within millis="
                + patience.toMillis()
                + ", connected="
                + connected
                + ": is the guest paused, or has its kernel no xen-kbdfront and xen-fbfront? The"
                + " devices stay attached; without --once this waits for the guest"));
  }

  private static boolean await(CompletableFuture<?> future, Optional<Duration> limit)
      throws InterruptedException {
    try {
      if (limit.isPresent()) {
        Object unused = future.get(limit.get().toNanos(), TimeUnit.NANOSECONDS);
      } else {
        Object unused = future.get();
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void tell(AttachmentEvent event) {
    switch (event.kind()) {
      case CONNECTED -> connected.add(event.details().get("device").toString());
      case DISCONNECTED -> connected.remove(event.details().get("device").toString());
      case PROBLEM, NOT_SERVED ->
          lastProblem = Optional.of(event.details().get("message").toString());
      default -> {}
    }
    lines.tell(NAMES.get(event.kind()), event.details());
    if (connected.size() == DeviceType.values().length) {
      allConnected.complete(null);
    }
  }

  private static final Map<AttachmentEvent.Kind, String> NAMES = names();

  /** {@code GUEST_LEFT} is told as {@code guestLeft}. */
  private static Map<AttachmentEvent.Kind, String> names() {
    Map<AttachmentEvent.Kind, String> names = new EnumMap<>(AttachmentEvent.Kind.class);
    for (AttachmentEvent.Kind kind : AttachmentEvent.Kind.values()) {
      StringBuilder name = new StringBuilder();
      for (String word : kind.name().toLowerCase(Locale.ROOT).split("_", -1)) {
        name.append(
            name.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
      }
      names.put(kind, name.toString());
    }
    return names;
  }
}
