package org.dmore.rfb.web;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A client's opening handshake (RFC 6455, section 4). No extension is agreed on; of the
 * subprotocols {@code binary} is chosen if it was offered.
 *
 * @param key the client's {@code Sec-WebSocket-Key}
 * @param offersBinary whether {@code binary} is among its subprotocols
 */
record WebSocketHandshake(String key, boolean offersBinary) {
  static final String VERSION = "13";

  /** What noVNC's predecessors and many libraries offer: RFB in binary messages. */
  static final String BINARY = "binary";

  /** A subprotocol that begins so is a token in base64url. */
  private static final String TOKEN = "token.";

  private static final String BEARER = "bearer ";

  /** Appended to the key, so that only who speaks WebSocket gives the right answer (1.3). */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final int KEY_BYTES = 16;

  /** Reads the headers; empty if they are no handshake of version 13. */
  static Optional<WebSocketHandshake> of(HttpHeaders headers) {
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    if (keys.size() != 1 || !versions.equals(List.of(VERSION)) || !isKey(keys.get(0))) {
      return Optional.empty();
    }
    return Optional.of(new WebSocketHandshake(keys.get(0), protocols(headers).contains(BINARY)));
  }

  private static boolean isKey(String text) {
    try {
      return Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The token that the client shows, in a header of its own or, if a browser, as a subprotocol. */
  static Optional<String> token(HttpHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    if (authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.of(authorization.substring(BEARER.length()).trim());
    }
    return protocols(headers).stream()
        .filter(protocol -> protocol.startsWith(TOKEN))
        .findFirst()
        .map(protocol -> decode(protocol.substring(TOKEN.length())));
  }

  /** What is no base64url is no token of anyone's. */
  private static String decode(String text) {
    try {
      return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static List<String> protocols(HttpHeaders headers) {
    List<String> protocols = new ArrayList<>();
    for (String value : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
      for (String protocol : value.split(",", -1)) {
        protocols.add(protocol.trim());
      }
    }
    return protocols;
  }

  /** What lets the client in. */
  FullHttpResponse response() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept());
    if (offersBinary) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, BINARY);
    }
    return response;
  }

  private String accept() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
