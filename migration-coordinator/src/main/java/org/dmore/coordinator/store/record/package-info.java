/**
 * What the control plane keeps, as records in JSON above the state store: hosts, pairs, migrations,
 * drains. Imports {@code store}, {@code pair} for its terms, and Jackson.
 */
package org.dmore.coordinator.store.record;
