package org.dmore.coordinator.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.control.ControlException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes a request after the other, has each handled by a worker, and answers. The
 * next one is not read before; a request that comes too slowly, or is too long, is the last. All of
 * it runs on the connection's event loop.
 */
final class ApiConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ApiConnection.class);

  /** What goes on. */
  private enum State {
    /** Between requests. */
    IDLE,
    /** A request comes. */
    READING,
    /** It is handled, or its answer goes out. */
    ANSWERING,
    /** The last answer is out; what still comes is of no interest. */
    ENDED
  }

  /** Says who is at the other end. */
  @FunctionalInterface
  interface Identification {
    /** Says it, once there is somebody. */
    Caller of(ChannelHandlerContext context) throws IOException;
  }

  /**
   * What the connections of a server have in common.
   *
   * @param responder answers
   * @param problems says what is wrong
   * @param workers where requests are handled
   * @param limits what nobody may exceed
   */
  record Site(Responder responder, Problems problems, Workers workers, ApiLimits limits) {}

  private final Site site;
  private final Identification identification;
  private State state = State.IDLE;
  private Optional<ScheduledFuture<?>> timer = Optional.empty();
  private Optional<Caller> caller = Optional.empty();
  private Optional<HttpRequest> head = Optional.empty();
  private ByteArrayOutputStream body = new ByteArrayOutputStream();
  private long number;

  ApiConnection(Site site, Identification identification) {
    this.site = site;
    this.identification = identification;
  }

  /** Tells when bytes come, before a request can be made of them. */
  ChannelInboundHandlerAdapter firstByte() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.IDLE) {
          // Answers go out behind the codec, and this stands before it.
          begin(context.pipeline().context(ApiConnection.this));
        }
        context.fireChannelRead(message);
      }
    };
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    after(context, site.limits().idle(), () -> close(context));
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (state != State.ANSWERING) {
      cancelTimer(); // what is being handled is bounded, whoever waits for it or not
    }
    context.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
      LOG.info(
          "api: address={} was refused: {}",
          context.channel().remoteAddress(),
          handshake.cause().getMessage());
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("api: address={} failed", context.channel().remoteAddress(), cause);
    close(context);
  }

  private void begin(ChannelHandlerContext context) {
    state = State.READING;
    after(
        context,
        site.limits().request(),
        () -> end(context, site.problems().of(408, "the request did not come in time")));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (state == State.ENDED) {
        return;
      }
      if (message instanceof HttpRequest request) {
        readHead(context, request);
      }
      if (message instanceof HttpContent content && state == State.READING) {
        readBody(context, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void readHead(ChannelHandlerContext context, HttpRequest request) {
    if (state == State.IDLE) {
      begin(context); // it stood behind the one before
    }
    body = new ByteArrayOutputStream();
    head = Optional.of(request);
    if (request.decoderResult().isFailure()) {
      refuse(context, unreadable(request.decoderResult().cause()));
    } else if (HttpUtil.getContentLength(request, 0L) > site.limits().maxBodyBytes()) {
      refuse(context, tooLong());
    } else if (HttpUtil.is100ContinueExpected(request)) {
      ChannelFuture unused =
          context.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void readBody(ChannelHandlerContext context, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      refuse(context, unreadable(content.decoderResult().cause()));
      return;
    }
    if (body.size() + content.content().readableBytes() > site.limits().maxBodyBytes()) {
      refuse(context, tooLong());
      return;
    }
    byte[] bytes = new byte[content.content().readableBytes()];
    content.content().readBytes(bytes);
    body.writeBytes(bytes);
    if (content instanceof LastHttpContent) {
      handle(context, head.orElseThrow());
    }
  }

  private Answer unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return site.problems().of(414, "the request's line is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return site.problems()
          .of(431, "the headers are too long: maxHeaderBytes=" + site.limits().maxHeaderBytes());
    }
    return site.problems().of(Reason.INVALID, "the request is no HTTP/1.1 that can be read");
  }

  private Answer tooLong() {
    return site.problems()
        .of(413, "the body is too long: maxBodyBytes=" + site.limits().maxBodyBytes());
  }

  private void handle(ChannelHandlerContext context, HttpRequest request) {
    state = State.ANSWERING;
    // The next request waits where it is.
    context.channel().config().setAutoRead(false);
    boolean keep = HttpUtil.isKeepAlive(request);
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(body.toByteArray()))
              .toString();
    } catch (CharacterCodingException e) {
      answered(context, number, site.problems().of(Reason.INVALID, "the body is no UTF-8"), keep);
      return;
    }
    Request whole =
        new Request(
            request.method(),
            request.uri(),
            Optional.ofNullable(request.headers().get(HttpHeaderNames.CONTENT_TYPE)),
            text);
    long mine = ++number;
    try {
      if (caller.isEmpty()) {
        caller = Optional.of(identification.of(context));
      }
      Caller who = caller.get();
      Future<?> job =
          site.workers()
              .submit(
                  whole,
                  () -> {
                    Answer answer = site.responder().answer(who, whole);
                    context.executor().execute(() -> answered(context, mine, answer, keep));
                  });
      Duration limit = site.workers().limit(whole);
      after(context, limit, () -> tooSlow(context, whole, job, limit));
    } catch (RejectedExecutionException e) {
      answered(
          context,
          mine,
          site.problems()
              .of(Reason.UNAVAILABLE, "too many requests wait already: try again in a second"),
          keep);
    } catch (IOException e) {
      LOG.info("api: a caller cannot be told: {}", e.getMessage());
      answered(
          context, mine, site.problems().of(Reason.FORBIDDEN, "nobody knows who you are"), false);
    }
  }

  private void tooSlow(
      ChannelHandlerContext context, Request request, Future<?> job, Duration limit) {
    number++; // the late answer is of no use
    job.cancel(true);
    LOG.warn(
        "api: {} {} took longer than ms={}", request.method(), request.path(), limit.toMillis());
    end(
        context,
        site.problems()
            .of(
                Reason.UNAVAILABLE,
                "it took longer than ms=%d; whether it is done is not known: look again"
                    .formatted(limit.toMillis())));
  }

  private void answered(ChannelHandlerContext context, long of, Answer answer, boolean keep) {
    if (of != number || state != State.ANSWERING) {
      return;
    }
    if (!keep) {
      end(context, answer);
      return;
    }
    // Whoever does not take the answer is not waited for.
    after(context, site.limits().request(), () -> close(context));
    ChannelFuture unused =
        context
            .writeAndFlush(response(answer, false))
            .addListener(
                written -> {
                  if (!written.isSuccess()) {
                    close(context);
                    return;
                  }
                  state = State.IDLE;
                  after(context, site.limits().idle(), () -> close(context));
                  context.channel().config().setAutoRead(true);
                });
  }

  /** Gives the last answer, and closes. */
  private void end(ChannelHandlerContext context, Answer answer) {
    finish(context, answer)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                LOG.debug("api: an answer cannot be given", written.cause());
              }
              close(context);
            });
  }

  /**
   * Gives the last answer while the request still comes. What comes is let in for a while: a
   * connection that is closed with bytes unread is reset, and the answer lost.
   */
  private void refuse(ChannelHandlerContext context, Answer answer) {
    ChannelFuture unused = finish(context, answer);
  }

  private ChannelFuture finish(ChannelHandlerContext context, Answer answer) {
    state = State.ENDED;
    after(context, site.limits().request(), () -> close(context));
    context.channel().config().setAutoRead(true);
    return context.writeAndFlush(response(answer, true));
  }

  private static FullHttpResponse response(Answer answer, boolean last) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
    answer.headers().forEach(response.headers()::set);
    if (!answer.contentType().isEmpty()) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    }
    if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
      HttpUtil.setContentLength(response, response.content().readableBytes());
    }
    if (last) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return response;
  }

  private void after(ChannelHandlerContext context, Duration time, Runnable what) {
    cancelTimer();
    timer = Optional.of(context.executor().schedule(what, time.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void cancelTimer() {
    timer.ifPresent(running -> running.cancel(false));
    timer = Optional.empty();
  }

  private static void close(ChannelHandlerContext context) {
    ChannelFuture unused = context.close();
  }
}
