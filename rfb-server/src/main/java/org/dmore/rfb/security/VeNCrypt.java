package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.dmore.rfb.protocol.SecurityTypeNumber;
import org.dmore.rfb.security.tls.AnonymousTls;
import org.dmore.rfb.security.tls.ServerCertificates;

/**
 * VeNCrypt 0.2 (rfbproto, security type 19): the client chooses an encryption together with an
 * authentication.
 *
 * <p>With X509 the client can make sure that it speaks with this server; with TLS alone, which
 * needs no certificate, only that nobody else listens. What is offered follows from what is given
 * to the builder, the strongest first:
 *
 * <pre>
 *  262 X509Plain   259 TLSPlain    a user's name and password
 *  261 X509Vnc     258 TLSVnc      a password, by VNC Authentication
 *  260 X509None    257 TLSNone     everyone
 *  256 Plain       where the transport is encrypted already, and nowhere else
 * </pre>
 */
public final class VeNCrypt implements SecurityType {
  private static final int VERSION_LENGTH = 2;
  private static final int VERSION_0_2 = 0x0002;
  private static final int VERSION_REFUSED = 0xff;
  private static final int SUBTYPE_LENGTH = 4;

  private final List<Offer> offers;

  private enum Protection {
    BY_TRANSPORT,
    X509,
    ANONYMOUS
  }

  private record Offer(
      int number,
      String name,
      Protection protection,
      Function<ConnectionInfo, SecurityExchange> authentication) {}

  private final ServerCertificates certificates;
  private final TlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());

  private VeNCrypt(List<Offer> offers, ServerCertificates certificates) {
    this.offers = offers;
    this.certificates = certificates;
  }

  /** Begins to say what is offered. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public int number() {
    return SecurityTypeNumber.VENCRYPT;
  }

  @Override
  public String name() {
    return "VeNCrypt";
  }

  @Override
  public boolean isOfferedTo(ConnectionInfo connection) {
    return !offersTo(connection).isEmpty();
  }

  @Override
  public SecurityExchange begin(ConnectionInfo connection) {
    return new Exchange(connection);
  }

  private List<Offer> offersTo(ConnectionInfo connection) {
    return offers.stream()
        .filter(
            offer ->
                offer.protection() == Protection.BY_TRANSPORT
                    ? connection.encrypted()
                    : connection.takesTls())
        .toList();
  }

  private final class Exchange implements SecurityExchange {
    private final ConnectionInfo connection;
    private final List<Offer> offered;
    private boolean versionAgreed;
    private String name = "";
    private SecurityExchange chosen;

    Exchange(ConnectionInfo connection) {
      this.connection = connection;
      this.offered = offersTo(connection);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public SecurityOutcome start(ByteBuf out) {
      out.writeShort(VERSION_0_2);
      return new SecurityOutcome.Pending();
    }

    @Override
    public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
      if (chosen != null) {
        return chosen.receive(in, out);
      }
      if (in.readableBytes() < (versionAgreed ? SUBTYPE_LENGTH : VERSION_LENGTH)) {
        return new SecurityOutcome.Pending();
      }
      return versionAgreed ? choose(in.readInt(), out) : agree(in.readUnsignedShort(), out);
    }

    private SecurityOutcome agree(int version, ByteBuf out) {
      if (version != VERSION_0_2) {
        out.writeByte(VERSION_REFUSED);
        return new SecurityOutcome.Refused(
            "VeNCrypt version="
                + (version >> 8)
                + "."
                + (version & 0xff)
                + " is not known: use 0.2");
      }
      versionAgreed = true;
      out.writeByte(0);
      out.writeByte(offered.size());
      for (Offer offer : offered) {
        out.writeInt(offer.number());
      }
      return new SecurityOutcome.Pending();
    }

    private SecurityOutcome choose(int number, ByteBuf out) {
      for (Offer offer : offered) {
        if (offer.number() == number) {
          name = offer.name();
          return begin(offer, out);
        }
      }
      return new SecurityOutcome.Refused(
          "VeNCrypt subtype=" + Integer.toUnsignedString(number) + " was not offered");
    }

    private SecurityOutcome begin(Offer offer, ByteBuf out) {
      SecurityExchange next = offer.authentication().apply(connection);
      return switch (offer.protection()) {
        case BY_TRANSPORT -> {
          chosen = next;
          yield chosen.start(out);
        }
        case X509 -> {
          out.writeByte(1);
          SslHandler tls = certificates.newHandler(out.alloc());
          // The RFB handshake's deadline counts; a wall clock's would cut a VM that is paused.
          tls.setHandshakeTimeoutMillis(0);
          yield new SecurityOutcome.Secured(
              tls, stage(tls.handshakeFuture()), () -> closeOutbound(tls), next);
        }
        case ANONYMOUS -> {
          out.writeByte(1);
          AnonymousTls tls = new AnonymousTls(crypto);
          yield new SecurityOutcome.Secured(tls, tls.ready(), tls::closeOutbound, next);
        }
      };
    }
  }

  private static void closeOutbound(SslHandler tls) {
    ChannelFuture unused = tls.closeOutbound();
  }

  private static CompletionStage<Object> stage(Future<?> future) {
    CompletableFuture<Object> stage = new CompletableFuture<>();
    future.addListener(
        done -> {
          if (done.isSuccess()) {
            stage.complete(done.getNow());
          } else {
            stage.completeExceptionally(done.cause());
          }
        });
    return stage;
  }

  /** Says what is offered. Not thread-safe. */
  public static final class Builder {
    private ServerCertificates certificates;
    private boolean anonymous;
    private PasswordVerifier users;
    private VncAuthentication vnc;
    private NoAuthentication none;

    private Builder() {}

    /** Offers X509 with these. */
    public Builder certificates(ServerCertificates value) {
      certificates = value;
      return this;
    }

    /** Offers TLS without certificates. */
    public Builder anonymous() {
      anonymous = true;
      return this;
    }

    /** Lets users in by name and password. */
    public Builder users(PasswordVerifier value) {
      users = value;
      return this;
    }

    /** Lets in by a password alone. */
    public Builder vnc(VncAuthentication value) {
      vnc = value;
      return this;
    }

    /** Lets everyone in. */
    public Builder none(NoAuthentication value) {
      none = value;
      return this;
    }

    /**
     * Makes the type.
     *
     * @throws IllegalStateException if there is nothing to offer
     */
    public VeNCrypt build() {
      List<Offer> offers = new ArrayList<>();
      if (users != null) {
        PasswordVerifier verifier = users;
        Function<ConnectionInfo, SecurityExchange> plain =
            connection -> new PlainExchange(verifier, connection);
        // Where the transport is encrypted, another layer of it gains nothing.
        offers.add(new Offer(256, "Plain", Protection.BY_TRANSPORT, plain));
        add(offers, 262, 259, "Plain", plain);
      }
      if (vnc != null) {
        add(offers, 261, 258, "Vnc", vnc::begin);
      }
      if (none != null) {
        add(offers, 260, 257, "None", none::begin);
      }
      if (offers.isEmpty()) {
        throw new IllegalStateException(
            "VeNCrypt has nothing to offer: give it users, vnc or none, and certificates or"
                + " anonymous");
      }
      return new VeNCrypt(List.copyOf(offers), certificates);
    }

    private void add(
        List<Offer> offers,
        int x509,
        int tls,
        String name,
        Function<ConnectionInfo, SecurityExchange> authentication) {
      if (certificates != null) {
        offers.add(new Offer(x509, "X509" + name, Protection.X509, authentication));
      }
      if (anonymous) {
        offers.add(new Offer(tls, "TLS" + name, Protection.ANONYMOUS, authentication));
      }
    }
  }
}
