package org.dmore.vdev.frontend;

import java.util.concurrent.Executor;
import org.dmore.xen.EventPort;

/** The virtual CPU on which a guest's drivers run, as far as they need it. */
public interface GuestCpu extends Executor {
  /** Runs the handler on this CPU whenever the port is pending. */
  void onEvent(EventPort port, Runnable handler);

  /** Forgets the port's handler. */
  void removeEvent(EventPort port);
}
