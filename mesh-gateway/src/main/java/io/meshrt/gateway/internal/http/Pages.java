// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The pages for probes and scrapers: {@code /healthz}, 200 while the process lives; {@code
 * /readyz}, 200 while clients are welcome, else 503; {@code /metrics}, for Prometheus.
 */
public final class Pages {
  private final BooleanSupplier ready;
  private final Supplier<String> metrics;

  /**
   * Pages that ask these.
   *
   * @param metrics may take a moment
   */
  public Pages(BooleanSupplier ready, Supplier<String> metrics) {
    this.ready = ready;
    this.metrics = metrics;
  }

  /** A handler that gives {@code next} what asks for something else. */
  public HttpHandler orElse(HttpHandler next) {
    return exchange -> {
      switch (exchange.getRequestPath()) {
        case "/healthz" -> say(exchange, true, "alive");
        case "/readyz" -> {
          boolean welcome = ready.getAsBoolean();
          say(exchange, welcome, welcome ? "ready" : "not ready");
        }
        case "/metrics" -> exchange.dispatch(this::scrape);
        default -> next.handleRequest(exchange);
      }
    };
  }

  private static void say(HttpServerExchange exchange, boolean well, String text) {
    exchange.setStatusCode(well ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    exchange.getResponseSender().send(text + "\n");
  }

  private void scrape(HttpServerExchange exchange) {
    String text = metrics.get();
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    exchange.getResponseSender().send(text);
  }
}
