package org.dmore.coordinator.pair;

/**
 * The steps of a paired migration, in their order. Up to {@link #COMMIT} a failure undoes all that
 * was done, and both VMs go on at the source; from there on there is only forward.
 */
public enum MigrationStep {
  /** Both VMs run at the source, the destination has room. */
  CHECK("checking", false),
  /** The user VM's live migration begins; it takes longest. */
  START_DOMU("copying the user VM", false),
  /** DomR keeps what is typed; the guest takes what stands in its ring. */
  HOLD("holding input", false),
  /** DomR lets go of the guest's pages and channels. */
  DETACH("detaching devices", false),
  /** DomR moves, and stands paused at the destination. */
  MOVE_DOMR("moving DomR", false),
  /** The user VM stands paused at the destination; with some toolstacks there is no way back. */
  LAND_DOMU("landing the user VM", false),
  /** What the guest consumed is read out of its own page. */
  RECEIPT("reading the receipt", false),
  /** The devices' nodes are written at the destination. */
  DEVICES("attaching devices", false),
  /** Both copies become the VMs; those at the source are destroyed. A late DomR follows. */
  COMMIT("committing", true),
  /** The user VM runs; it waits for nothing any more. */
  RESUME("resuming the user VM", true),
  /** DomR runs beside it, whether it landed in time, late, or had to be moved or made again. */
  FOLLOW("having DomR follow", true),
  /** DomR gets the receipt and connects; what was kept is delivered. */
  ATTACH("connecting the console", true),
  /** The guest has consumed what was kept. */
  VERIFY("verifying delivery", true);

  private final String words;
  private final boolean committed;

  MigrationStep(String words, boolean committed) {
    this.words = words;
    this.committed = committed;
  }

  /** What it does, for a progress bar. */
  public String words() {
    return words;
  }

  /** Whether there is only forward from here. */
  public boolean isCommitted() {
    return committed;
  }
}
