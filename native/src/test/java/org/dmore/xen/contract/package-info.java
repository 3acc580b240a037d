/**
 * What every implementation of the ports must do: abstract test classes written against the ports
 * and {@link org.dmore.xen.contract.ContractRig} alone. An implementation extends each and opens
 * its rig.
 */
package org.dmore.xen.contract;
