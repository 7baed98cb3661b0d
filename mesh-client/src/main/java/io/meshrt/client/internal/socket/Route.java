// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The way to a server.
 *
 * @param addresses of the server, or of the proxy
 * @param viaProxy whether a proxy has to be asked for the server
 * @param ssl null for a server without TLS
 */
record Route(List<InetSocketAddress> addresses, boolean viaProxy, @Nullable SSLContext ssl) {

  /** Knows the ways to servers. */
  @FunctionalInterface
  interface Finder {
    /** May block. */
    Route find(Authority server) throws IOException;
  }

  /** Asks whoever knows; may block. */
  static Route find(Authority server, TcpOptions options) throws IOException {
    InetSocketAddress proxy = proxy(server, options.proxies());
    List<InetSocketAddress> addresses =
        proxy == null
            ? addresses(server.host(), server.port())
            : addresses(proxy.getHostString(), proxy.getPort());
    return new Route(addresses, proxy != null, server.secure() ? ssl(options.ssl()) : null);
  }

  private static List<InetSocketAddress> addresses(String host, int port) throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      addresses.add(new InetSocketAddress(address, port));
    }
    return addresses;
  }

  /** The first one that is suggested, if it is one that speaks HTTP. */
  private static @Nullable InetSocketAddress proxy(Authority server, @Nullable ProxySelector chosen)
      throws IOException {
    ProxySelector proxies = chosen == null ? ProxySelector.getDefault() : chosen;
    if (proxies == null) {
      return null;
    }
    List<Proxy> suggested;
    try {
      suggested = proxies.select(server.httpUri());
    } catch (URISyntaxException | RuntimeException e) {
      throw new IOException("the proxy selector failed", e);
    }
    return !suggested.isEmpty()
            && suggested.get(0).type() == Proxy.Type.HTTP
            && suggested.get(0).address() instanceof InetSocketAddress address
        ? address
        : null;
  }

  private static SSLContext ssl(@Nullable SSLContext chosen) throws IOException {
    try {
      return chosen == null ? SSLContext.getDefault() : chosen;
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("no TLS", e);
    }
  }

  /**
   * A server as a URI names it.
   *
   * @param host without the brackets of an IPv6 address
   */
  record Authority(String host, int port, boolean secure) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static Authority of(URI uri) {
      boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
      int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort(secure);
      String host = uri.getHost();
      boolean brackets = host.startsWith("[");
      return new Authority(brackets ? host.substring(1, host.length() - 1) : host, port, secure);
    }

    /** As the Host header says it: without a port that goes without saying. */
    String forHost() {
      return port == defaultPort(secure) ? bracketed() : withPort();
    }

    /** With the port, as a proxy wants it. */
    String withPort() {
      return bracketed() + ":" + port;
    }

    private URI httpUri() throws URISyntaxException {
      return new URI(secure ? "https" : "http", null, host, port, "/", null, null);
    }

    private String bracketed() {
      return host.contains(":") ? "[" + host + "]" : host;
    }

    private static int defaultPort(boolean secure) {
      return secure ? HTTPS_PORT : HTTP_PORT;
    }
  }
}
