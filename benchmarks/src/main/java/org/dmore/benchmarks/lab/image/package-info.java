/**
 * What the lab's machines boot from: Xen, dom0 and the two guests, made of Debian's packages and
 * kept in a cache.
 */
package org.dmore.benchmarks.lab.image;
