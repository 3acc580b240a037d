package org.dmore.benchmarks.lab.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The lab's closed network: a namespace with a bridge in it that has this machine's address, and a
 * tap for each host. Nothing leads out of it or in.
 */
public final class LabNetwork {
  /** This machine's address on the bridge. */
  public static final String ADDRESS = "10.77.0.254";

  private static final String BRIDGE = "br0";

  private final String namespace;

  /** The network of that namespace; nothing is made yet. */
  public LabNetwork(String namespace) {
    this.namespace = namespace;
  }

  /** The tap that a host's network card is, inside the namespace. */
  public static String tap(int host) {
    return "tap" + host;
  }

  /** Whether the namespace is there, whole or half made. */
  public boolean exists() throws IOException, InterruptedException {
    return Tool.run("ip", "netns", "list")
        .lines()
        .anyMatch(line -> line.split(" ", 2)[0].equals(namespace));
  }

  /** Makes it, with taps for so many hosts. */
  public void make(int hosts) throws IOException, InterruptedException {
    Tool.run("ip", "netns", "add", namespace);
    inside("link", "set", "lo", "up");
    inside("link", "add", BRIDGE, "type", "bridge");
    inside("addr", "add", ADDRESS + "/24", "dev", BRIDGE);
    inside("link", "set", BRIDGE, "up");
    for (int host = 1; host <= hosts; host++) {
      inside("tuntap", "add", tap(host), "mode", "tap");
      inside("link", "set", tap(host), "master", BRIDGE);
      inside("link", "set", tap(host), "up");
    }
  }

  /** Removes it with all that is in it, whole or half made. */
  public void remove() throws IOException, InterruptedException {
    if (exists()) {
      // The namespace lives on while a process is in it: what is in it goes at once.
      for (String link : links()) {
        Tool.tryRun("ip", "-n", namespace, "link", "del", link);
      }
      Tool.run("ip", "netns", "del", namespace);
    }
  }

  /** The bridge and the taps that are there. */
  public List<String> links() throws IOException, InterruptedException {
    List<String> links = new ArrayList<>();
    for (String line : inside("-o", "link", "show").lines().toList()) {
      // 3: br0: <BROADCAST...  or  4: tap1@if3: <...
      String name = line.split(": ", 3)[1].split("@", 2)[0];
      if (name.equals(BRIDGE) || name.startsWith("tap")) {
        links.add(name);
      }
    }
    return links;
  }

  /** The processes that are in it. */
  public List<Long> processes() throws IOException, InterruptedException {
    return Tool.run("ip", "netns", "pids", namespace).lines().map(Long::parseLong).toList();
  }

  /** What to put before a command so that it runs inside. */
  public List<String> prefix() {
    return List.of("ip", "netns", "exec", namespace);
  }

  private String inside(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(arguments));
    return Tool.run(command.toArray(String[]::new));
  }
}
