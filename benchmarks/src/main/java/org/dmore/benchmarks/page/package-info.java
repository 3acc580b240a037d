/** From results in files to a page to read: tables, and plots as images. */
package org.dmore.benchmarks.page;
