/** Control plane and command line: hosts, pairs, the paired migration and the demo. */
package org.dmore.coordinator;
