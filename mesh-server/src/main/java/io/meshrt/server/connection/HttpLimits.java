// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import java.time.Duration;

/**
 * What an HTTP request may use before it is a connection. Passing one of these limits ends the
 * request with a 4xx answer or without one. They hold for the server's own listener; an embedding
 * application sets its own.
 *
 * @param maxHeaderBytes all header lines together
 * @param maxHeaders header lines
 * @param parseTimeout from the first byte of a request to the end of its headers
 * @param idleTimeout how long a socket may stay without a request
 */
public record HttpLimits(
    int maxHeaderBytes, int maxHeaders, Duration parseTimeout, Duration idleTimeout) {
  public HttpLimits {
    if (maxHeaderBytes < 1) {
      throw new IllegalArgumentException("maxHeaderBytes: " + maxHeaderBytes);
    }
    if (maxHeaders < 1) {
      throw new IllegalArgumentException("maxHeaders: " + maxHeaders);
    }
    if (parseTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("parseTimeout: " + parseTimeout);
    }
    if (idleTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("idleTimeout: " + idleTimeout);
    }
  }

  /** 16 KiB and 64 lines of headers, 5 s to read them, 10 s without a request. */
  public static HttpLimits defaults() {
    return new HttpLimits(16 * 1024, 64, Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  /** The same limits with another {@code maxHeaderBytes}. */
  public HttpLimits withMaxHeaderBytes(int maxHeaderBytes) {
    return new HttpLimits(maxHeaderBytes, maxHeaders, parseTimeout, idleTimeout);
  }

  /** The same limits with another {@code maxHeaders}. */
  public HttpLimits withMaxHeaders(int maxHeaders) {
    return new HttpLimits(maxHeaderBytes, maxHeaders, parseTimeout, idleTimeout);
  }

  /** The same limits with another {@code parseTimeout}. */
  public HttpLimits withParseTimeout(Duration parseTimeout) {
    return new HttpLimits(maxHeaderBytes, maxHeaders, parseTimeout, idleTimeout);
  }

  /** The same limits with another {@code idleTimeout}. */
  public HttpLimits withIdleTimeout(Duration idleTimeout) {
    return new HttpLimits(maxHeaderBytes, maxHeaders, parseTimeout, idleTimeout);
  }
}
