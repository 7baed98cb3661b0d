// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.auth.CredentialCheck;
import io.meshrt.server.internal.auth.Settling;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.inbox.InboxFeed;
import io.meshrt.server.internal.metrics.MesaMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives Mesa's connections their identity, and opens the inbox behind that. Thread-safe, never
 * blocks.
 */
public final class MesaFeature implements SessionListener {
  /** Authenticator and settling have an end of their own; that of the command is none of them. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** Of a connection that may try again. */
  private static final int MAX_TRIES = 5;

  private final MesaDialect dialect;
  private final @Nullable CredentialCheck check;
  private final Duration timeout;
  private final Function<Session, CompletionStage<?>> settled;
  private final InboxFeed inboxes;
  private final JsonValues json;
  private final Scheduler scheduler;
  private final MesaMeter meter;

  /** Refused authentications of connections that are still there. */
  private final ConcurrentMap<Session, Integer> refusals = new ConcurrentHashMap<>();

  /**
   * Nobody is authenticated.
   *
   * @param check null where nobody can authenticate by a message
   * @param timeout how long the authenticator may take
   * @param settled completes when a session has what its identity brings it; does not fail
   */
  public MesaFeature(
      MesaDialect dialect,
      @Nullable CredentialCheck check,
      Duration timeout,
      Function<Session, CompletionStage<?>> settled,
      InboxFeed inboxes,
      JsonValues json,
      Scheduler scheduler,
      MesaMeter meter) {
    this.dialect = dialect;
    this.check = check;
    this.timeout = timeout;
    this.settled = settled;
    this.inboxes = inboxes;
    this.json = json;
    this.scheduler = scheduler;
    this.meter = meter;
  }

  /** Registers what an op 2 asks for. */
  public void registerIn(Commands commands) {
    commands.registerFirst(
        MesaDialect.AUTHENTICATE, this::authenticate, timeout.plus(Settling.LONGEST).plus(MARGIN));
  }

  private CompletionStage<?> authenticate(Session session, Request request) {
    JsonNode sent = json.tree(request.payload());
    ObjectNode credentials =
        sent.isObject() ? sent.deepCopy() : JsonNodeFactory.instance.objectNode();
    JsonNode sync = credentials.remove("shouldSync");
    boolean replays = sync == null || sync.asBoolean();
    CompletableFuture<Identity> decision = new CompletableFuture<>();
    CompletableFuture<Answer> answer =
        decision
            .thenApply(identity -> accept(session, identity, replays))
            .thenCompose(
                accepted -> Settling.whenOver(settled.apply(session), accepted, scheduler));
    CompletableFuture<?> unused =
        answer.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                refuse(session);
              }
            });
    Scheduler.Timer timer =
        scheduler.schedule(
            () ->
                decision.completeExceptionally(
                    CommandException.unauthorized("Authentication timed out")),
            timeout);
    CompletableFuture<?> unusedEnd = decision.whenComplete((done, failure) -> timer.cancel());
    decide(session, credentials, decision);
    return answer;
  }

  private void decide(Session session, JsonNode credentials, CompletableFuture<Identity> decision) {
    try {
      if (check == null) {
        decision.complete(known(session));
      } else if (check.check(credentials, session, decision::complete)
          instanceof CompletionStage<?> later) {
        CompletionStage<?> unused =
            later.whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    decision.completeExceptionally(failure);
                  }
                });
      }
    } catch (Throwable t) {
      decision.completeExceptionally(t);
    }
  }

  /** Whoever the upgrade said it is. */
  private static Identity known(Session session) {
    return session
        .identity()
        .orElseThrow(() -> CommandException.unauthorized("There is nobody to be asked."));
  }

  private Answer accept(Session session, Identity identity, boolean replays) {
    try {
      session.identify(identity);
    } catch (IllegalStateException e) {
      // Its own clients connect again by themselves, and authenticate as whoever they are then.
      session.close(CloseCode.SERVICE_RESTART, "another identity", CloseWhen.AFTER_PENDING);
      throw CommandException.accessDenied("This connection belongs to another identity.");
    }
    refusals.remove(session);
    meter.authenticated(true);
    Object user =
        dialect.options().sendsUser() ? user(identity) : JsonNodeFactory.instance.objectNode();
    return new Answer(
        user,
        replied -> {
          if (replied && dialect.options().inbox()) {
            inboxes.open(session, !replays);
          }
        });
  }

  private static ObjectNode user(Identity identity) {
    ObjectNode user = JsonNodeFactory.instance.objectNode().put("id", identity.id());
    identity.claims().properties().forEach(claim -> user.set(claim.getKey(), claim.getValue()));
    return user;
  }

  private void refuse(Session session) {
    meter.authenticated(false);
    int tries = refusals.merge(session, 1, Integer::sum);
    if (dialect.options().closesOnRefusal() || tries >= MAX_TRIES) {
      session.close(CloseCode.POLICY_VIOLATION, "", CloseWhen.AFTER_PENDING);
    }
    if (!session.isOpen()) {
      refusals.remove(session);
    }
  }

  @Override
  public void onHeard(Session session) {
    inboxes.onHeard(session);
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    refusals.remove(session);
    inboxes.onClosed(session);
  }
}
