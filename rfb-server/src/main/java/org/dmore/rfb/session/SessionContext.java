package org.dmore.rfb.session;

import java.util.List;
import java.util.Optional;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.rfb.PowerControl;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.Sharing;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.SecurityType;

/** What all sessions of a server have in common. */
public record SessionContext(
    Desktop desktop,
    Picture picture,
    InputSinkFactory input,
    List<SecurityType> security,
    Sharing sharing,
    Audience audience,
    SharedClipboard clipboard,
    Optional<PowerControl> power,
    RfbLimits limits,
    AddressBlocklist blocklist,
    SessionRegistry registry,
    Workspaces workspaces) {}
