package org.dmore.rfb.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.ServerMetrics.Refusal;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.session.LoopTimer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the HTTP requests of one connection: GET of the page's files, and the WebSocket's
 * upgrade.
 *
 * <p>What is logged of a request is its path at most, and only when it is one of ours: a query or a
 * header may hold a secret.
 */
final class WebHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(WebHandler.class);

  /** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port (RFC 9110, 7.2). */
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:[0-9]{1,5})?");

  /**
   * The page may load its own files and connect to where it came from; nothing inline, no frame
   * around it. noVNC shows pictures and cursors as data: URLs.
   */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final WebOptions options;
  private final PageResources page;
  private final Optional<TokenGate> tokens;
  private final ServerMetrics metrics;
  private final ServerListener listener;
  private final SocketAddress address;
  private final boolean encrypted;
  private final Upgrade upgrade;

  private Optional<LoopTimer> timer = Optional.empty();
  private Optional<HttpRequest> request = Optional.empty();
  private boolean hasBody;
  private boolean closing;

  /** What becomes of a connection that is a WebSocket now. */
  interface Upgrade {
    /** Adds the handlers of RFB after those that are there. */
    void begin(Channel channel, WebSocketTransport transport);
  }

  /**
   * What the connections of a listener have in common.
   *
   * @param tokens checks tokens, where there are any
   */
  record Site(
      WebOptions options,
      PageResources page,
      Optional<TokenGate> tokens,
      ServerMetrics metrics,
      ServerListener listener) {}

  private WebHandler(Site site, SocketAddress address, boolean encrypted, Upgrade upgrade) {
    this.options = site.options();
    this.page = site.page();
    this.tokens = site.tokens();
    this.metrics = site.metrics();
    this.listener = site.listener();
    this.address = address;
    this.encrypted = encrypted;
    this.upgrade = upgrade;
  }

  /** Makes a connection speak HTTP. */
  static void add(
      Channel channel, Site site, SocketAddress address, boolean encrypted, Upgrade upgrade) {
    WebLimits limits = site.options().limits();
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxRequestLine())
            .setMaxHeaderSize(limits.maxHeaders());
    channel
        .pipeline()
        .addLast(
            new HttpRequestDecoder(config),
            new HttpResponseEncoder(),
            new WebHandler(site, address, encrypted, upgrade));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    startTimer(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    timer.ifPresent(LoopTimer::cancel);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    timer.ifPresent(LoopTimer::cancel);
  }

  /** A request that comes byte by byte is cut as one that does not come at all. */
  private void startTimer(ChannelHandlerContext context) {
    timer.ifPresent(LoopTimer::cancel);
    timer =
        Optional.of(
            LoopTimer.start(
                context.executor(),
                options.limits().requestTimeout(),
                () -> {
                  ChannelFuture unused = context.close();
                }));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("http address={} failed: {}", address, cause.toString());
    ChannelFuture unused = context.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (closing) {
        return;
      }
      if (message instanceof HttpRequest head) {
        request = Optional.of(head);
        hasBody = false;
        if (head.decoderResult().isFailure()) {
          metrics.refused(Refusal.MALFORMED);
          answer(context, statusOf(head.decoderResult().cause()), "the request cannot be read");
          return;
        }
      }
      if (message instanceof HttpContent content) {
        hasBody |= content.content().isReadable() || content.decoderResult().isFailure();
        if (hasBody) {
          answer(
              context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no request here has a body");
        } else if (content instanceof LastHttpContent) {
          // Not before the end of the request: what follows it may be the first frame.
          startTimer(context);
          decide(context, request.orElseThrow());
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static HttpResponseStatus statusOf(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException
        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        : HttpResponseStatus.BAD_REQUEST;
  }

  private void decide(ChannelHandlerContext context, HttpRequest asked) {
    if (!asked.method().equals(HttpMethod.GET)) {
      FullHttpResponse response = text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET is known");
      response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET.name());
      end(context, response);
      return;
    }
    List<String> hosts = asked.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1 || !HOST.matcher(hosts.get(0)).matches()) {
      answer(context, HttpResponseStatus.BAD_REQUEST, "the Host header is missing or wrong");
      return;
    }
    String host = hosts.get(0);
    if (!options.allowsHost(withoutPort(host))) {
      metrics.refused(Refusal.ORIGIN);
      LOG.warn("http address={} refused: host={} is none of this server's", address, host);
      answer(context, HttpResponseStatus.MISDIRECTED_REQUEST, "this server is not called that");
      return;
    }
    String path = pathOf(asked.uri());
    if (options.tls().isPresent() && !encrypted) {
      refusePlain(context, path, host);
    } else if (path.equals(WebOptions.PATH)) {
      decideUpgrade(context, asked, host);
    } else {
      serve(context, asked, path);
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return name.toLowerCase(Locale.ROOT);
  }

  private static String pathOf(String uri) {
    int end = uri.indexOf('?');
    return end < 0 ? uri : uri.substring(0, end);
  }

  private void refusePlain(ChannelHandlerContext context, String path, String host) {
    if (path.equals(WebOptions.PATH)) {
      answer(context, HttpResponseStatus.FORBIDDEN, "this server wants TLS: use wss");
      return;
    }
    FullHttpResponse response = text(HttpResponseStatus.PERMANENT_REDIRECT, "use https");
    response
        .headers()
        .set(
            HttpHeaderNames.LOCATION, "https://" + host + (page.at(path).isPresent() ? path : "/"));
    end(context, response);
  }

  // ---- the page

  private void serve(ChannelHandlerContext context, HttpRequest asked, String path) {
    Optional<PageResources.Resource> found = page.at(path);
    if (found.isEmpty()) {
      boolean noPage = path.equals("/");
      FullHttpResponse response =
          text(
              HttpResponseStatus.NOT_FOUND,
              noPage
                  ? "there is no page here: connect a WebSocket client to " + WebOptions.PATH
                  : "not found");
      send(context, asked, response);
      return;
    }
    PageResources.Resource file = found.get();
    if (file.etag().equals(asked.headers().get(HttpHeaderNames.IF_NONE_MATCH))) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_MODIFIED);
      addCaching(response.headers(), file);
      send(context, asked, response);
      return;
    }
    boolean gzip = file.gzip().isPresent() && takesGzip(asked.headers());
    ByteBuf body = (gzip ? file.gzip().get() : file.plain()).duplicate();
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, file.type());
    addCaching(headers, file);
    if (gzip) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
    }
    send(context, asked, response);
  }

  private static void addCaching(HttpHeaders headers, PageResources.Resource file) {
    headers.set(HttpHeaderNames.ETAG, file.etag());
    // Kept by browsers, and asked for again each time: a new build is seen at once.
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
  }

  private static boolean takesGzip(HttpHeaders headers) {
    for (String value : headers.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
      for (String coding : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] parts = coding.split(";", 2);
        if (parts[0].trim().equals("gzip")) {
          return parts.length < 2 || !parts[1].replace(" ", "").matches("q=0(\\.0*)?");
        }
      }
    }
    return false;
  }

  // ---- the WebSocket

  private void decideUpgrade(ChannelHandlerContext context, HttpRequest asked, String host) {
    HttpHeaders headers = asked.headers();
    if (!asked.protocolVersion().equals(HttpVersion.HTTP_1_1)
        || !headers.contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      FullHttpResponse response =
          text(HttpResponseStatus.UPGRADE_REQUIRED, "this is for WebSocket clients");
      response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      end(context, response);
      return;
    }
    List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
    if (origins.size() > 1
        || (origins.size() == 1 && !options.origins().allows(origins.get(0), host))) {
      metrics.refused(Refusal.ORIGIN);
      LOG.warn(
          "websocket address={} refused: origin={} may not connect to host={}; allow it in"
              + " WebOptions' origins if it should",
          address,
          printable(origins.get(0)),
          host);
      answer(context, HttpResponseStatus.FORBIDDEN, "this page's origin may not connect here");
      return;
    }
    Optional<WebSocketHandshake> handshake = WebSocketHandshake.of(headers);
    if (handshake.isEmpty()) {
      FullHttpResponse response =
          text(HttpResponseStatus.BAD_REQUEST, "this is no WebSocket handshake of version 13");
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketHandshake.VERSION);
      end(context, response);
      return;
    }
    ConnectionInfo client = ConnectionInfo.webSocket(address, encrypted);
    Optional<String> token =
        tokens.isPresent() ? WebSocketHandshake.token(headers) : Optional.empty();
    if (token.isEmpty()) {
      begin(context, handshake.get(), client);
      return;
    }
    // Nothing is read until it is known who this is. The request's timeout goes on.
    closing = true;
    context.channel().config().setAutoRead(false);
    tokens
        .get()
        .check(
            token.get(),
            client,
            context.executor(),
            verdict -> {
              if (context.channel().isActive()) {
                decideToken(context, handshake.get(), verdict);
              }
            });
  }

  private void decideToken(
      ChannelHandlerContext context, WebSocketHandshake handshake, TokenGate.Verdict verdict) {
    context.channel().config().setAutoRead(true);
    if (verdict instanceof TokenGate.Accepted accepted) {
      begin(
          context, handshake, ConnectionInfo.webSocket(address, encrypted).of(accepted.identity()));
    } else if (verdict instanceof TokenGate.Blocked blocked) {
      refuse(Refusal.BLOCKED, "too many failed authentications from this address");
      FullHttpResponse response =
          text(
              HttpResponseStatus.TOO_MANY_REQUESTS,
              "too many failed authentications from this address");
      response.headers().set(HttpHeaderNames.RETRY_AFTER, blocked.left().toSeconds() + 1);
      end(context, response);
    } else if (verdict instanceof TokenGate.Unavailable) {
      refuse(Refusal.NOT_OFFERED, "tokens cannot be checked now");
      answer(context, HttpResponseStatus.SERVICE_UNAVAILABLE, "tokens cannot be checked now");
    } else {
      refuse(Refusal.AUTHENTICATION, "the token is not right");
      LOG.warn("websocket address={} refused: its token is not right", address);
      FullHttpResponse response = text(HttpResponseStatus.UNAUTHORIZED, "the token is not right");
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      end(context, response);
    }
  }

  private void refuse(Refusal why, String reason) {
    metrics.refused(why);
    listener.refused(address, why, reason);
  }

  private void begin(
      ChannelHandlerContext context, WebSocketHandshake handshake, ConnectionInfo client) {
    closing = true;
    timer.ifPresent(LoopTimer::cancel);
    ChannelFuture unused = context.writeAndFlush(handshake.response(), context.voidPromise());
    Channel channel = context.channel();
    channel.pipeline().remove(HttpResponseEncoder.class);
    WebSocketCodec codec =
        new WebSocketCodec(
            options.limits().maxFrame(),
            options.limits().pingInterval(),
            () -> metrics.refused(Refusal.MALFORMED));
    channel.pipeline().addLast(codec);
    upgrade.begin(channel, new WebSocketTransport(client, codec));
    context.fireChannelActive();
    channel.pipeline().remove(this);
    // Last: it hands on what the client sent after the request.
    channel.pipeline().remove(HttpRequestDecoder.class);
  }

  /** A header may hold anything; the log is one line for each entry. */
  private static String printable(String value) {
    String text = value.replaceAll("[^\\x21-\\x7e]", "?");
    return text.length() > 200 ? text.substring(0, 200) : text;
  }

  // ---- answers

  private void answer(ChannelHandlerContext context, HttpResponseStatus status, String reason) {
    end(context, text(status, reason));
  }

  private static FullHttpResponse text(HttpResponseStatus status, String reason) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            Unpooled.copiedBuffer(reason + "\n", StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    return response;
  }

  private void send(ChannelHandlerContext context, HttpRequest asked, FullHttpResponse response) {
    if (HttpUtil.isKeepAlive(asked) && context.channel().isWritable()) {
      HttpUtil.setKeepAlive(response, true);
      addHeaders(response);
      ChannelFuture unused = context.writeAndFlush(response, context.voidPromise());
    } else {
      end(context, response);
    }
  }

  private void end(ChannelHandlerContext context, FullHttpResponse response) {
    closing = true;
    if (!response.headers().contains(HttpHeaderNames.CONNECTION)) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    addHeaders(response);
    ChannelFuture unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private void addHeaders(FullHttpResponse response) {
    HttpHeaders headers = response.headers();
    if (!response.status().equals(HttpResponseStatus.NOT_MODIFIED)) {
      HttpUtil.setContentLength(response, response.content().readableBytes());
    }
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }
}
