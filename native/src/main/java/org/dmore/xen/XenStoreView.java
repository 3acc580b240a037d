package org.dmore.xen;

import java.util.List;
import java.util.Optional;

/**
 * Reading and writing in xenstore, the tree of small strings that a host's domains share; {@code
 * public/io/xs_wire.h} and {@code docs/misc/xenstore.txt}.
 *
 * <p>A path that does not begin with {@code /} is relative to {@code /local/domain/DOMID} of the
 * domain that asks, and so stays right when a migration changes that number.
 */
public interface XenStoreView {

  /**
   * The value of a node.
   *
   * @return empty if there is no such node
   * @throws XenException EACCES without permission to read; EINVAL for a malformed path
   */
  Optional<String> read(String path) throws XenException;

  /**
   * The names of a node's children, in the order of their names.
   *
   * @return empty if there is no such node; an empty list for a node without children
   * @throws XenException EACCES without permission to read
   */
  Optional<List<String>> list(String path) throws XenException;

  /**
   * Writes a node, making it and its missing parents; a new node has its parent's permissions,
   * owned by the writer unless the writer is dom0.
   *
   * @param value in UTF-8, at most 4096 bytes with its path, or a little less where Linux stands
   *     between (its device takes 4080). A node that a domain other than dom0 writes holds at most
   *     2048 bytes: its value, its children's names and some 30 bytes more
   * @throws XenException EACCES without permission; EQUOTA over the domain's number of nodes or a
   *     node's size; EINVAL for a malformed path or a value that is too long
   */
  void write(String path, String value) throws XenException;

  /** Removes a node with all below it; nothing happens if there is none. */
  void remove(String path) throws XenException;

  /** The permissions of a node. */
  NodePermissions permissions(String path) throws XenException;

  /**
   * Sets the permissions of a node, which only its owner and dom0 may do.
   *
   * @throws XenException ENOENT if there is no such node; EACCES for others
   */
  void setPermissions(String path, NodePermissions permissions) throws XenException;
}
