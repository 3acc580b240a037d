/**
 * The contracts of {@code org.dmore.xen.contract} in real domains of Xen: {@link
 * org.dmore.xen.contract.lab.ContractMain} runs them, {@link
 * org.dmore.xen.contract.lab.ContractAgent} lends it the ports of other domains.
 */
package org.dmore.xen.contract.lab;
