package org.dmore.coordinator.demo;

import java.time.Duration;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.ConsoledConfig;

/**
 * How the demo's room is set up.
 *
 * @param console consoled's settings: where viewers connect, and the password
 * @param security how viewers prove who they are, and what is encrypted
 * @param domUMemory the user VM's memory in bytes
 * @param domRMemory DomR's memory in bytes
 * @param bandwidth what the link between the hosts carries, in bytes per second
 * @param downtimeOverhead what saving and restoring a VM's state takes while it stands still
 * @param migration the bounds of a paired migration
 * @param landsForGood whether the user VM becomes the destination's by itself when it lands, as
 *     with libvirt
 */
public record DemoSettings(
    ConsoledConfig console,
    ConsoleSecurity security,
    long domUMemory,
    long domRMemory,
    long bandwidth,
    Duration downtimeOverhead,
    MigrationSettings migration,
    boolean landsForGood) {

  /** Settings with a toolstack that leaves every decision to the leader. */
  public DemoSettings(
      ConsoledConfig console,
      ConsoleSecurity security,
      long domUMemory,
      long domRMemory,
      long bandwidth,
      Duration downtimeOverhead,
      MigrationSettings migration) {
    this(console, security, domUMemory, domRMemory, bandwidth, downtimeOverhead, migration, false);
  }

  private static final long MIB = 1 << 20;

  /** A user VM of 192 MiB and a DomR of 64 MiB on hosts with a 2.5 Gbit/s link. */
  public static DemoSettings of(ConsoledConfig console) {
    return new DemoSettings(
        console,
        ConsoleSecurity.ofPassword(console.password()),
        192 * MIB,
        64 * MIB,
        312_500_000,
        Duration.ofMillis(50),
        MigrationSettings.DEFAULT);
  }

  /** Small VMs and a fast link, so that a test moves them often. */
  public DemoSettings small() {
    return new DemoSettings(
        console,
        security,
        16 * MIB,
        4 * MIB,
        1_250_000_000,
        Duration.ofMillis(2),
        migration,
        landsForGood);
  }

  /** The same with other bounds. */
  public DemoSettings withMigration(MigrationSettings settings) {
    return new DemoSettings(
        console,
        security,
        domUMemory,
        domRMemory,
        bandwidth,
        downtimeOverhead,
        settings,
        landsForGood);
  }

  /** The same with another link. */
  public DemoSettings withBandwidth(long bytesPerSecond) {
    return new DemoSettings(
        console,
        security,
        domUMemory,
        domRMemory,
        bytesPerSecond,
        downtimeOverhead,
        migration,
        landsForGood);
  }

  /** The same with another security. */
  public DemoSettings withSecurity(ConsoleSecurity other) {
    return new DemoSettings(
        console,
        other,
        domUMemory,
        domRMemory,
        bandwidth,
        downtimeOverhead,
        migration,
        landsForGood);
  }

  /** The same with a toolstack that decides by itself, as libvirt does. */
  public DemoSettings withUserVmLandingForGood() {
    return new DemoSettings(
        console, security, domUMemory, domRMemory, bandwidth, downtimeOverhead, migration, true);
  }
}
