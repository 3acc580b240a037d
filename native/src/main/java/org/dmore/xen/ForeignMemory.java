package org.dmore.xen;

/**
 * The toolstack's access to other domains' memory; {@code xenforeignmemory.h}. Only dom0 has it.
 *
 * <p>Thread-safe. The pages it returns are confined to the calling thread.
 */
public interface ForeignMemory extends AutoCloseable {

  /**
   * Maps pages of a domain by guest frame number into one contiguous window. Works on a paused
   * domain too.
   *
   * @throws XenException ENOENT if there is no such domain; EINVAL if it has no such frame; EPERM
   *     if the caller is not dom0
   */
  SharedPage map(DomainId domain, long[] frames, Access access) throws XenException;

  /**
   * Maps frames of a domain's grant table, {@code XENMEM_resource_grant_table}. A frame holds 512
   * entries of version 1 ({@code struct grant_entry_v1}: flags u16, domid u16, frame u32).
   *
   * @param firstFrame the first frame of the table
   * @param frames how many; the table may grow to hold them, up to {@link #grantTableFrames}
   */
  SharedPage mapGrantTable(DomainId domain, int firstFrame, int frames) throws XenException;

  /** Frames that a domain's grant table may have; 64 unless configured otherwise. */
  int grantTableFrames(DomainId domain) throws XenException;

  /**
   * Which form the entries of a domain's grant table have: 1, or 2 for {@code union
   * grant_entry_v2}, whose entries are 16 bytes. A guest may choose while it boots; Linux on x86
   * takes 1 unless its memory ends above what 32 bits of frame number reach.
   */
  int grantTableVersion(DomainId domain) throws XenException;

  /** Lets go of the interface. Windows that are still open stay valid until they are closed. */
  @Override
  void close();
}
