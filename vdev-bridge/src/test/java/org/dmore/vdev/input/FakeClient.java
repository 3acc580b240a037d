package org.dmore.vdev.input;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.dmore.rfb.Client;
import org.dmore.rfb.Identity;

/** A viewer that only remembers what it was told. */
final class FakeClient implements Client {
  boolean paused;
  boolean relative;

  @Override
  public long id() {
    return 1;
  }

  @Override
  public SocketAddress address() {
    return InetSocketAddress.createUnresolved("viewer", 1);
  }

  @Override
  public Identity identity() {
    return Identity.full("");
  }

  @Override
  public void relativePointer(boolean now) {
    relative = now;
  }

  @Override
  public void pauseInput() {
    paused = true;
  }

  @Override
  public void resumeInput() {
    paused = false;
  }

  @Override
  public void disconnect(String reason) {}
}
