package org.dmore.rfb.session;

import java.util.List;
import java.util.Optional;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.rfb.PowerControl;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.Sharing;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;

/** What all sessions of a server have in common. */
public record SessionContext(
    Desktop desktop,
    Picture picture,
    EncodingPool pool,
    InputSinkFactory input,
    List<SecurityType> security,
    Sharing sharing,
    Audience audience,
    SharedClipboard clipboard,
    Optional<PowerControl> power,
    RfbLimits limits,
    AddressBlocklist blocklist,
    SessionRegistry registry,
    Workspaces workspaces,
    ServerMetrics metrics,
    ServerListener listener) {

  /** Without metrics, and without a listener. */
  public SessionContext(
      Desktop desktop,
      Picture picture,
      EncodingPool pool,
      InputSinkFactory input,
      List<SecurityType> security,
      Sharing sharing,
      Audience audience,
      SharedClipboard clipboard,
      Optional<PowerControl> power,
      RfbLimits limits,
      AddressBlocklist blocklist,
      SessionRegistry registry,
      Workspaces workspaces) {
    this(
        desktop,
        picture,
        pool,
        input,
        security,
        sharing,
        audience,
        clipboard,
        power,
        limits,
        blocklist,
        registry,
        workspaces,
        ServerMetrics.none(),
        ServerListener.none());
  }

  /** For a recording: let in, alone, without input, and deaf to the clipboard. */
  public SessionContext ofRecording() {
    return new SessionContext(
        desktop,
        picture,
        pool,
        InputSinkFactory.viewOnly(),
        List.of(new NoAuthentication()),
        Sharing.ALWAYS_SHARED,
        new Audience(desktop, ControlPolicy.everyone()),
        new SharedClipboard(),
        Optional.empty(),
        limits,
        new AddressBlocklist(1, limits.firstBlock(), System::nanoTime),
        new SessionRegistry(1, 1),
        workspaces);
  }
}
