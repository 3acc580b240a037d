package org.dmore.benchmarks.rig;

/** What goes on beside the keys: what the guest draws, and how many other clients follow it. */
public enum Watching {
  /** One client follows a console that scrolls. */
  ONE(1, false),
  /** Ten do. */
  TEN(10, false),
  /** A hundred do. */
  HUNDRED(100, false),
  /** One client follows a screen of which every pixel changes, again and again. */
  FULL_SCREEN(1, true);

  private static final int LINES = 20;
  private static final int PICTURES = 25;

  private final int clients;
  private final boolean fullScreen;

  Watching(int clients, boolean fullScreen) {
    this.clients = clients;
    this.fullScreen = fullScreen;
  }

  /** Clients that follow. */
  public int clients() {
    return clients;
  }

  /** How often the guest draws: lines or whole pictures a second. */
  public int changesPerSecond() {
    return fullScreen ? PICTURES : LINES;
  }

  /** What the tables say. */
  public String title() {
    if (fullScreen) {
      return "full-screen update under way";
    }
    return clients + (clients == 1 ? " client watches" : " clients watch");
  }

  /** What the guest draws. */
  Scenery scenery() {
    return fullScreen ? Scenery.negatives() : Scenery.scrolling();
  }
}
