// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Proxies whose {@code X-Forwarded-For} is believed. Immutable.
 *
 * <p>Each proxy appends the address it was called from, so the header is read from its right end,
 * and only as long as the hop that wrote an entry is trusted. Whatever a client put there itself
 * stands further left and is never reached.
 */
public final class TrustedProxies {
  private static final TrustedProxies NONE = new TrustedProxies(List.of());
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 =
      Pattern.compile("(?=[0-9A-Fa-f:])[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = networks;
  }

  /** Nobody: the header is ignored. */
  public static TrustedProxies none() {
    return NONE;
  }

  /**
   * Exactly these.
   *
   * @param networks addresses such as {@code 10.0.0.7} or networks such as {@code 10.0.0.0/8} and
   *     {@code fd00::/8}; never host names
   */
  public static TrustedProxies of(Collection<String> networks) {
    List<Network> parsed = new ArrayList<>();
    for (String network : networks) {
      parsed.add(Network.parse(network));
    }
    return new TrustedProxies(List.copyOf(parsed));
  }

  /**
   * The client's address.
   *
   * @param peer address of the socket's other end
   * @param forwardedFor values of the header's lines, first line first
   */
  String clientAddress(InetAddress peer, List<String> forwardedFor) {
    InetAddress client = peer;
    if (!networks.isEmpty() && !forwardedFor.isEmpty()) {
      String[] hops = String.join(",", forwardedFor).split(",", -1);
      for (int index = hops.length - 1; index >= 0 && isTrusted(client); index--) {
        InetAddress hop = parseHop(hops[index].trim());
        if (hop == null) {
          break;
        }
        client = hop;
      }
    }
    return text(client);
  }

  private boolean isTrusted(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /** Some proxies add a port, and brackets around IPv6. */
  private static @Nullable InetAddress parseHop(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? null : parseAddress(hop.substring(1, end));
    }
    int colon = hop.indexOf(':');
    boolean oneColon = colon >= 0 && colon == hop.lastIndexOf(':');
    return parseAddress(oneColon ? hop.substring(0, colon) : hop);
  }

  /** Only literals: no name is ever resolved. */
  private static @Nullable InetAddress parseAddress(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  private static final class Network {
    private final byte[] prefix;
    private final int bits;

    Network(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    static Network parse(String text) {
      int slash = text.indexOf('/');
      InetAddress address = parseAddress(slash < 0 ? text : text.substring(0, slash));
      if (address == null) {
        throw new IllegalArgumentException("trusted proxy: " + text);
      }
      byte[] bytes = address.getAddress();
      int maxBits = bytes.length * Byte.SIZE;
      if (slash < 0) {
        return new Network(bytes, maxBits);
      }
      String bits = text.substring(slash + 1);
      if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > maxBits) {
        throw new IllegalArgumentException("trusted proxy: " + text);
      }
      return new Network(bytes, Integer.parseInt(bits));
    }

    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit += Byte.SIZE) {
        int compared = Math.min(Byte.SIZE, bits - bit);
        int mask = 0xff << (Byte.SIZE - compared);
        int difference = address[bit / Byte.SIZE] ^ prefix[bit / Byte.SIZE];
        if ((difference & mask & 0xff) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
