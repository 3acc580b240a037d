package org.dmore.xen.embedded;

import java.util.function.Consumer;
import org.dmore.xen.DomainId;

/** A watch as one host's xenstore knows it; a domain that moves sets it anew. */
final class StoreWatch {
  private final DomainId domain;
  private final String path;
  private final String strip;
  private final Consumer<String> queue;

  /**
   * Watches a path.
   *
   * @param path absolute, or special
   * @param relative whether it was given relative to the domain's home, as events then tell it
   * @param queue takes the path of each event; must not block
   */
  StoreWatch(DomainId domain, String path, boolean relative, Consumer<String> queue) {
    this.domain = domain;
    this.path = path;
    this.strip = relative ? StorePath.home(domain) + "/" : "";
    this.queue = queue;
  }

  DomainId domain() {
    return domain;
  }

  String path() {
    return path;
  }

  void fire(String changed) {
    queue.accept(changed.substring(strip.length()));
  }
}
