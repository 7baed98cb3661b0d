// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request it is given: with a connection when gate and acceptor agree, else with a
 * refusal. Thread-safe; works on any Undertow listener, ours or an embedding application's.
 */
public final class UpgradeHandler implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(UpgradeHandler.class);
  private static final Refusal FAILED =
      new Refusal(StatusCodes.INTERNAL_SERVER_ERROR, "internal error");
  private static final Refusal MALFORMED_TARGET =
      new Refusal(StatusCodes.BAD_REQUEST, "the request target is malformed");

  private final UpgradeGate gate;
  private final ConnectionAcceptor acceptor;
  private final SocketSettings settings;
  private final @Nullable BrowserModules modules;
  private final IoThreads threads = new IoThreads();

  /**
   * Takes path, origins, trusted proxies and message limits from the options.
   *
   * @param modules served under {@code /mesh/}; null for none
   */
  public UpgradeHandler(
      TransportOptions options,
      ConnectionAcceptor acceptor,
      Scheduler scheduler,
      ServerMetrics metrics,
      @Nullable BrowserModules modules) {
    this.modules = modules;
    this.gate = new UpgradeGate(options);
    this.acceptor = acceptor;
    this.settings =
        new SocketSettings(
            scheduler, metrics, options.maxMessageBytes(), options.messageDeadline());
  }

  /**
   * A handler that gives all requests to {@code next} but those which ask for a WebSocket on our
   * path or for modules; without {@code next} it refuses them: 426 on our path, else 404.
   */
  public HttpHandler orElse(@Nullable HttpHandler next) {
    HttpHandler handler = next == null ? this : concernedOrElse(next);
    return modules == null ? handler : modules.orElse(handler);
  }

  private HttpHandler concernedOrElse(HttpHandler next) {
    return exchange -> {
      if (gate.concerns(exchange)) {
        handleRequest(exchange);
      } else {
        next.handleRequest(exchange);
      }
    };
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (!exchange.isInIoThread()) {
      exchange.dispatch(exchange.getIoThread(), this);
      return;
    }
    Refusal refusal = gate.check(exchange);
    if (refusal != null) {
      settings.metrics().upgradeRefused(refusal.reason());
      refusal.send(exchange);
      return;
    }
    UpgradeRequest request = gate.read(exchange);
    if (request == null) {
      settings.metrics().upgradeRefused(MALFORMED_TARGET.reason());
      MALFORMED_TARGET.send(exchange);
      return;
    }
    admit(exchange, request);
  }

  private void admit(HttpServerExchange exchange, UpgradeRequest request) {
    CompletableFuture<Admission> admission = ask(request).toCompletableFuture();
    if (admission.isDone()) {
      answer(exchange, request, admission);
      return;
    }
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> {
          var unused =
              admission.whenComplete(
                  (ignored, failure) -> answerLater(exchange, request, admission));
        });
  }

  private CompletionStage<Admission> ask(UpgradeRequest request) {
    try {
      return acceptor.admit(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** On whatever thread decided. */
  private void answerLater(
      HttpServerExchange exchange, UpgradeRequest request, CompletableFuture<Admission> decided) {
    try {
      exchange
          .getIoThread()
          .execute(
              () -> {
                answer(exchange, request, decided);
                if (exchange.isUpgrade()) {
                  exchange.endExchange();
                }
              });
    } catch (RejectedExecutionException e) {
      log.trace("request dropped, I/O has stopped");
      abandon(decided);
    }
  }

  private void answer(
      HttpServerExchange exchange, UpgradeRequest request, CompletableFuture<Admission> decided) {
    Admission admission;
    try {
      admission = decided.join();
    } catch (RuntimeException e) {
      log.error("deciding about an upgrade failed", e);
      FAILED.send(exchange);
      return;
    }
    if (admission.accepted()) {
      upgrade(exchange, request, admission);
    } else {
      new Refusal(admission.status(), admission.message()).send(exchange);
    }
  }

  /** The exchange is upgraded when it ends. */
  private void upgrade(HttpServerExchange exchange, UpgradeRequest request, Admission admission) {
    Upgrade.prepare(exchange, request, admission, acceptor, settings, threads);
  }

  private void abandon(CompletableFuture<Admission> decided) {
    if (!decided.isCompletedExceptionally() && decided.join().accepted()) {
      acceptor.onAbandoned(decided.join());
    }
  }
}
