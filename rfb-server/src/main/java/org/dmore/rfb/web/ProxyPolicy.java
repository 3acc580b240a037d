package org.dmore.rfb.web;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The proxies that tell clients' addresses by a PROXY header, version 1 or 2. On a listener that
 * has such proxies every connection comes from one of them and begins with a header: anything else
 * is closed, since a client that could send a header of its own could pass for any address.
 */
public final class ProxyPolicy {
  private final List<IpSubnetFilterRule> trusted;

  private ProxyPolicy(List<IpSubnetFilterRule> trusted) {
    this.trusted = trusted;
  }

  /**
   * Trusts these.
   *
   * @param networks each as {@code 10.0.0.0/8}, {@code fd00::/8} or an address; at least one
   */
  public static ProxyPolicy trusting(String... networks) {
    if (networks.length == 0) {
      throw new IllegalArgumentException("name at least one proxy's address or network");
    }
    return new ProxyPolicy(Arrays.stream(networks).map(ProxyPolicy::rule).toList());
  }

  boolean trusts(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        && trusted.stream().anyMatch(rule -> rule.matches(inet));
  }

  private static IpSubnetFilterRule rule(String network) {
    int slash = network.indexOf('/');
    InetAddress address =
        NetUtil.createInetAddressFromIpAddressString(
            slash < 0 ? network : network.substring(0, slash));
    if (address != null) {
      int bits = address.getAddress().length * 8;
      try {
        int prefix = slash < 0 ? bits : Integer.parseInt(network.substring(slash + 1));
        if (prefix >= 0 && prefix <= bits) {
          return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
        }
      } catch (NumberFormatException e) {
        // told below
      }
    }
    throw new IllegalArgumentException(
        "proxy=" + network + " must be an address or a network, as 10.0.0.0/8");
  }
}
