package org.dmore.rfb.protocol;

/**
 * What a client says once the handshake is over, save keys and pointer: those are handed on as
 * plain numbers, since they must not allocate.
 */
public sealed interface ClientMessage
    permits SetPixelFormat,
        SetEncodings,
        FramebufferUpdateRequest,
        ClientCutText,
        SetDesktopSize,
        Fence,
        EnableContinuousUpdates,
        XvpRequest,
        ExtendedClipboard {}
