// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.UpgradeAuthenticator;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.ConnectionAcceptor;
import io.meshrt.server.internal.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may connect and opens their sessions.
 *
 * <p>A node that is full, short of memory or busy with authentication answers 503, and so does an
 * authenticator that takes too long: nothing is said about the client, who may try again. An
 * address that has too much is answered 429.
 */
public final class Admissions implements ConnectionAcceptor {
  private static final Authentication UNAVAILABLE =
      Authentication.reject(503, "Service Unavailable");
  private static final Authentication TOO_MANY = Authentication.reject(429, "Too Many Requests");

  private final int maxConnections;
  private final AuthenticationOptions options;
  private final AddressUse addresses;
  private final BooleanSupplier shortOfMemory;
  private final Dialects dialects;
  private final Reception reception;
  private final KeptHeaders keptHeaders;
  private final Sessions sessions;
  private final Scheduler scheduler;
  private final HandlerThreads threads;
  private final ServerMetrics metrics;

  /** Questions to the authenticator that are not over. */
  private final AtomicInteger pending = new AtomicInteger();

  private volatile boolean stopped;

  /**
   * Admits nobody until the transport asks.
   *
   * @param shortOfMemory whether the node holds too much already
   * @param expect asked before somebody with an identity is let in: completes when the node hears
   *     what is for it, or cannot; its result is run when the session has opened or will not
   */
  public Admissions(
      int maxConnections,
      AuthenticationOptions options,
      AddressUse addresses,
      BooleanSupplier shortOfMemory,
      Dialects dialects,
      Function<Identity, ? extends CompletionStage<Runnable>> expect,
      KeptHeaders keptHeaders,
      Sessions sessions) {
    this.maxConnections = maxConnections;
    this.options = options;
    this.addresses = addresses;
    this.shortOfMemory = shortOfMemory;
    this.dialects = dialects;
    this.keptHeaders = keptHeaders;
    this.sessions = sessions;
    this.scheduler = sessions.services().scheduler();
    this.reception = new Reception(expect, scheduler);
    this.threads = sessions.services().threads();
    this.metrics = sessions.services().metrics();
  }

  /** Refuses everybody from now on, for good. */
  public void stop() {
    stopped = true;
  }

  @Override
  public CompletionStage<Admission> admit(UpgradeRequest request) {
    if (stopped) {
      return CompletableFuture.completedFuture(refusalOfAll());
    }
    Limit addressLimit = addresses.acquire(request.remoteAddress());
    if (addressLimit != null) {
      return CompletableFuture.completedFuture(refusal(TOO_MANY, addressLimit));
    }
    if (sessions.onComing() > maxConnections) {
      return CompletableFuture.completedFuture(refuse(UNAVAILABLE, Limit.CONNECTIONS, request));
    }
    if (shortOfMemory.getAsBoolean()) {
      return CompletableFuture.completedFuture(refuse(UNAVAILABLE, Limit.BUFFERED_BYTES, request));
    }
    UpgradeAuthenticator authenticator = options.upgradeAuthenticator();
    if (authenticator == null) {
      return CompletableFuture.completedFuture(
          decide(Authentication.anonymous(), request, () -> {}));
    }
    return ask(authenticator, request).thenCompose(decision -> receive(decision, request));
  }

  /** Who connects may be sent something at once, from anywhere, and is to get it. */
  private CompletionStage<Admission> receive(Authentication decision, UpgradeRequest request) {
    return reception.of(decision).thenApply(done -> decide(decision, request, done));
  }

  @Override
  public Accepted accept(Transport transport, UpgradeRequest request, Admission admission) {
    if (!(admission.attachment() instanceof Admitted admitted)) {
      throw new IllegalStateException("admission without authentication");
    }
    Authentication authentication = admitted.authentication;
    try {
      Session session =
          sessions.open(
              transport,
              dialects.choose(request, admission.subprotocol()),
              factsOf(request, authentication),
              authentication.identity().orElse(null));
      return new Accepted(session, session.outgoing());
    } finally {
      admitted.received.run();
      sessions.onCame();
    }
  }

  @Override
  public void onAbandoned(Admission admission) {
    sessions.onCame();
    if (admission.attachment() instanceof Admitted admitted) {
      addresses.release(admitted.address);
      admitted.received.run();
    }
  }

  private CompletionStage<Authentication> ask(
      UpgradeAuthenticator authenticator, UpgradeRequest request) {
    UpgradeQuestion question =
        new UpgradeQuestion(authenticator, request, scheduler, metrics, pending::decrementAndGet);
    if (pending.incrementAndGet() > options.maxPending()) {
      metrics.limitHit(Limit.PENDING_AUTHENTICATIONS);
      question.giveUp(UNAVAILABLE);
    } else if (threads.tryExecute(question::ask)) {
      question.limitTime(options.hookTimeout());
    } else {
      metrics.limitHit(Limit.HANDLER_THREADS);
      question.giveUp(UNAVAILABLE);
    }
    return question.answer();
  }

  private Admission decide(Authentication decision, UpgradeRequest request, Runnable received) {
    if (!decision.accepted()) {
      return refuse(decision, null, request);
    }
    if (stopped) {
      received.run();
      giveBack(request);
      return refusalOfAll();
    }
    return Admission.accept(
        dialects.negotiate(request), new Admitted(decision, request.remoteAddress(), received));
  }

  /** Refuses a request that has its place already, and gives the place back. */
  private Admission refuse(Authentication decision, @Nullable Limit limit, UpgradeRequest request) {
    giveBack(request);
    return refusal(decision, limit);
  }

  private void giveBack(UpgradeRequest request) {
    sessions.onCame();
    addresses.release(request.remoteAddress());
  }

  private Admission refusalOfAll() {
    metrics.upgradeRefused("draining");
    return Admission.refuse(UNAVAILABLE.status(), UNAVAILABLE.message());
  }

  private Admission refusal(Authentication decision, @Nullable Limit limit) {
    if (limit != null) {
      metrics.limitHit(limit);
    }
    metrics.upgradeRefused(
        switch (decision.status()) {
          case 503 -> "unavailable";
          case 429 -> "address";
          default -> "authentication";
        });
    return Admission.refuse(decision.status(), decision.message());
  }

  /** What an admission remembers until its session is opened. */
  private record Admitted(Authentication authentication, String address, Runnable received) {}

  private ConnectionFacts factsOf(UpgradeRequest request, Authentication authentication) {
    return new ConnectionFacts(
        request.path(),
        request.queryString(),
        keptHeaders.of(request),
        request.remoteAddress(),
        authentication.metadata().orElse(null));
  }
}
