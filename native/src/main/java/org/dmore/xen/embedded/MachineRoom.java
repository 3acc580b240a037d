package org.dmore.xen.embedded;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Several Xen hosts inside one JVM: memory, grants, event channels, xenstore and live migration
 * behave as on real Xen, without a hypervisor. See the package for what is modelled.
 *
 * <p>Thread-safe. Closing destroys every domain.
 */
public final class MachineRoom implements AutoCloseable {
  /** Guards what all the hosts' hypervisors keep, except for what needs no lock. */
  private final Object hypervisor = new Object();

  private final Map<String, EmbeddedHost> hosts = new LinkedHashMap<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();

  private MachineRoom(Builder builder) {
    builder.hosts.forEach(
        (name, memory) -> hosts.put(name, new EmbeddedHost(this, name, memory, builder.quota)));
  }

  /** Begins to describe a room. */
  public static Builder builder() {
    return new Builder();
  }

  /** Describes a room. */
  public static final class Builder {
    private final Map<String, Long> hosts = new LinkedHashMap<>();
    private StoreQuota quota = StoreQuota.DEFAULT;

    private Builder() {}

    /** Adds a host with memory for domains, in bytes. */
    public Builder host(String name, long memoryBytes) {
      if (name.isBlank() || memoryBytes <= 0) {
        throw new IllegalArgumentException("name=\"" + name + "\" memoryBytes=" + memoryBytes);
      }
      if (hosts.putIfAbsent(name, memoryBytes) != null) {
        throw new IllegalArgumentException("host=" + name + " is named twice");
      }
      return this;
    }

    /** What one domain may take of a host's xenstore. */
    public Builder storeQuota(StoreQuota newQuota) {
      quota = newQuota;
      return this;
    }

    /** Builds the hosts, without domains. */
    public MachineRoom build() {
      if (hosts.isEmpty()) {
        throw new IllegalArgumentException("a room needs a host");
      }
      return new MachineRoom(this);
    }
  }

  /** The host of a name. */
  public EmbeddedHost host(String name) {
    EmbeddedHost host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException("host=" + name + " is not among hosts=" + hosts.keySet());
    }
    return host;
  }

  /** All hosts, in the order in which they were named. */
  public Collection<EmbeddedHost> hosts() {
    return Collections.unmodifiableCollection(hosts.values());
  }

  /**
   * What should never have been tried, such as running a second copy of a domain; empty in a room
   * that is used well.
   */
  public List<String> invariantViolations() {
    return List.copyOf(violations);
  }

  @Override
  public void close() {
    new ArrayList<>(hosts.values()).forEach(EmbeddedHost::close);
  }

  Object hypervisor() {
    return hypervisor;
  }

  /** Sees to it that no other copy of the domain runs. */
  void claimRun(EmbeddedDomain domain) {
    DomainInstance copy = domain.incoming();
    if (copy != null && copy.state() == DomainState.RUNNING) {
      throw violation("domain=" + domain + " would run beside its copy=" + copy.info());
    }
    if (domain.instance().isDead()) {
      throw violation("domain=" + domain + " would run after its end");
    }
  }

  /** Notes that somebody tried to run a copy that is not the domain yet. */
  IllegalStateException secondCopyRun(DomainInstance copy) {
    return violation(
        "copy="
            + copy.name()
            + " host="
            + copy.host.name()
            + " would run beside its source: complete the migration first");
  }

  private IllegalStateException violation(String what) {
    violations.add(what);
    return new IllegalStateException(what);
  }
}
