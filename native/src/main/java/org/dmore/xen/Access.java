package org.dmore.xen;

/** What a window on memory, or a grant, allows. */
public enum Access {
  READ_ONLY,
  READ_WRITE
}
