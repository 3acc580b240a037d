/**
 * What every implementation of the state store must do: abstract test classes written against
 * {@link org.dmore.coordinator.store.StateStore} and {@link
 * org.dmore.coordinator.store.contract.StoreRig} alone. An implementation extends each and opens
 * its rig.
 */
package org.dmore.coordinator.store.contract;
