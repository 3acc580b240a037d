package org.dmore.coordinator.control;

import java.time.Clock;
import java.util.concurrent.Executor;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.record.Inventory;

/**
 * What a move needs of the hostd that leads it.
 *
 * @param notes for what is only told to people and must not hold a move up
 */
record MoveContext(
    VmHost local,
    StateStore store,
    Inventory inventory,
    HostDirectory directory,
    ControlSettings settings,
    Auditor auditor,
    Clock clock,
    Executor notes) {}
