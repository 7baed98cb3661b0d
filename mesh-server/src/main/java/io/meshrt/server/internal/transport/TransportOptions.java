// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.connection.HttpLimits;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the server listens and what it accepts before a connection exists.
 *
 * @param host address or name to listen on; ignored when embedded
 * @param port 0 takes a free one; ignored when embedded
 * @param path the one path that can be upgraded besides those of {@code endpoints}; null for any
 * @param endpoints paths of other protocols, which can be upgraded too
 * @param sslContext serves TLS when given; ignored when embedded
 * @param origins pages that may connect
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param ioThreads threads that read and write sockets; ignored when embedded
 * @param maxMessageBytes one inbound message; passing it closes with 1009
 * @param messageDeadline first to last byte of one inbound message; then 1008
 * @param httpLimits what a request may use; ignored when embedded
 */
public record TransportOptions(
    String host,
    int port,
    @Nullable String path,
    Set<String> endpoints,
    @Nullable SSLContext sslContext,
    OriginPolicy origins,
    TrustedProxies trustedProxies,
    int ioThreads,
    int maxMessageBytes,
    Duration messageDeadline,
    HttpLimits httpLimits) {
  private static final int DEFAULT_MAX_MESSAGE_BYTES = 320 * 1024;
  private static final Duration DEFAULT_MESSAGE_DEADLINE = Duration.ofSeconds(10);

  public TransportOptions {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port);
    }
    if (path != null) {
      requirePath(path);
    }
    endpoints = Set.copyOf(endpoints);
    endpoints.forEach(TransportOptions::requirePath);
    if (ioThreads < 1) {
      throw new IllegalArgumentException("ioThreads: " + ioThreads);
    }
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes);
    }
    if (messageDeadline.isNegative() || messageDeadline.isZero()) {
      throw new IllegalArgumentException("messageDeadline: " + messageDeadline);
    }
  }

  /**
   * All interfaces, any path, same origin, no TLS, no proxies. One I/O thread for each processor
   * and at least two, so that one busy connection never holds up all the others.
   */
  public static TransportOptions defaults(int port) {
    return new TransportOptions(
        "0.0.0.0",
        port,
        null,
        Set.of(),
        null,
        OriginPolicy.sameHost(),
        TrustedProxies.none(),
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        DEFAULT_MAX_MESSAGE_BYTES,
        DEFAULT_MESSAGE_DEADLINE,
        HttpLimits.defaults());
  }

  /** The same options with another {@code host}. */
  public TransportOptions withHost(String host) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with another {@code port}. */
  public TransportOptions withPort(int port) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with another {@code path}. */
  public TransportOptions withPath(@Nullable String path) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with other paths of other protocols. */
  public TransportOptions withEndpoints(Set<String> endpoints) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  private static void requirePath(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path: " + path);
    }
  }

  /** The same options with another {@code sslContext}. */
  public TransportOptions withSslContext(@Nullable SSLContext sslContext) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with other {@code origins}. */
  public TransportOptions withOrigins(OriginPolicy origins) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with other {@code trustedProxies}. */
  public TransportOptions withTrustedProxies(TrustedProxies trustedProxies) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with another number of {@code ioThreads}. */
  public TransportOptions withIoThreads(int ioThreads) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with other limits of requests. */
  public TransportOptions withHttpLimits(HttpLimits httpLimits) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }

  /** The same options with other limits of one inbound message. */
  public TransportOptions withMessageLimits(int maxMessageBytes, Duration messageDeadline) {
    return new TransportOptions(
        host,
        port,
        path,
        endpoints,
        sslContext,
        origins,
        trustedProxies,
        ioThreads,
        maxMessageBytes,
        messageDeadline,
        httpLimits);
  }
}
