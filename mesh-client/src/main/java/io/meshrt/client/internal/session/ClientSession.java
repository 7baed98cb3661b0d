// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.callback.MessageListeners;
import io.meshrt.client.internal.dialect.Greeting;
import io.meshrt.client.internal.dialect.Inbound;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.socket.Connector;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one client. Everything here runs on the state thread, so nothing is guarded.
 *
 * <pre>
 * DISCONNECTED -connect-> CONNECTING -ready-> CONNECTED -loss-> RECONNECTING -ready-> CONNECTED ...
 *       ^------failed---------'                   |                  |
 *       ^------loss that is not retried-----------'                  |
 *       ^------refused, or attempts used up--------------------------'
 * any -close-> CLOSED
 * </pre>
 */
public final class ClientSession implements Wire.Events {
  private final Loop loop;
  private final Attempts attempts;
  private final StatusBoard status;
  private final Calls calls;
  private final InboundRouter router;
  private final Restoration restoration;
  private final ReconnectTimer reconnects;
  private final List<Outcome> connecting = new ArrayList<>();
  private final Set<Wire> leaving = new HashSet<>();
  private @Nullable ConnectionAttempt attempt;
  private @Nullable Wire wire;
  private boolean knownByToken;
  private boolean remembersRooms;
  private @Nullable Runnable closing;

  /** Told how connecting went, on the state thread: null is success. */
  @FunctionalInterface
  public interface Outcome {
    /** It is over. */
    void onDone(@Nullable RuntimeException failure);
  }

  /** The rooms a session talks to. */
  public record Rooms(
      Connector connector,
      StatusBoard status,
      ErrorReports errors,
      MessageListeners messages,
      ServerCommands commands) {}

  /** A session that does nothing before {@link #connect}. */
  public ClientSession(Loop loop, SessionOptions options, Rooms rooms, RandomGenerator random) {
    this.loop = loop;
    this.attempts = new Attempts(loop, options, rooms.connector());
    this.status = rooms.status();
    this.calls =
        new Calls(loop, options.limits().maxQueuedCalls(), options.limits().maxQueuedBytes());
    this.router = new InboundRouter(calls, rooms);
    this.restoration = new Restoration(new Credentials(rooms.errors(), options.connectTimeout()));
    this.reconnects = new ReconnectTimer(loop, options.policy(), random);
  }

  /** Says what has to be asked on each connection; to be called before the first connect. */
  public void introduceBy(Introduction introduction) {
    restoration.introduceBy(introduction);
  }

  /** Adds something to restore on each connection; to be called before the first connect. */
  public void addRestoreHook(RestoreHook hook) {
    restoration.add(hook);
  }

  /**
   * Has {@code listener} hear the built-in pushes of a name, given without its prefix; to be called
   * before the first connect. Called on the state thread.
   */
  public void onBuiltInPush(String bareName, Consumer<RawJson> listener) {
    router.onBuiltInPush(bareName, listener);
  }

  // What the application asks for

  /** Connects, or joins the attempt under way. */
  public void connect(Outcome outcome) {
    switch (status.status()) {
      case CONNECTED -> outcome.onDone(null);
      case CLOSED -> outcome.onDone(closedFailure());
      case CONNECTING, RECONNECTING -> connecting.add(outcome);
      case DISCONNECTED -> {
        connecting.add(outcome);
        reconnects.reset();
        status.change(ClientStatus.CONNECTING);
        startAttempt();
      }
    }
  }

  /** Makes a call. */
  public void submit(Call call) {
    CommandException refusal = refusal();
    if (refusal == null) {
      calls.submit(call);
    } else {
      calls.refuse(call, refusal);
    }
  }

  /** What a call made now would fail with; null when it would be made, perhaps later. */
  public @Nullable CommandException refusal() {
    return switch (status.status()) {
      case CONNECTED, CONNECTING, RECONNECTING -> null;
      case CLOSED -> closedFailure();
      case DISCONNECTED ->
          CommandException.unavailable("The client is not connected; call connect().");
    };
  }

  /** The caller of a call is not interested any more. */
  public void forget(Call call) {
    calls.forget(call);
  }

  /** The server accepted these credentials; they are presented again on the next connection. */
  public void onAuthenticated(RawJson accepted, RawJson answer) {
    restoration.onAuthenticated(accepted, answer, remembersRooms);
  }

  /** Who the server says this client is, on the connection made last; empty when it does not. */
  public String identity() {
    return restoration.identity();
  }

  /**
   * Closes for good.
   *
   * @param grace how long calls may still be answered
   * @param after runs when the socket is gone
   */
  public void close(Duration grace, Runnable after) {
    if (status.status() == ClientStatus.CLOSED) {
      return;
    }
    boolean usable = status.status() == ClientStatus.CONNECTED;
    closing = after;
    reconnects.cancel();
    status.change(
        ClientStatus.CLOSED, Ending.closed(CloseCode.NORMAL, "closed by this client"), false);
    if (usable && !grace.isZero()) {
      calls.open(); // even if it was about to leave the server
      Loop.Timer timer = loop.schedule(grace, this::finishClose);
      calls.whenIdle(
          () -> {
            timer.cancel();
            finishClose();
          });
    } else {
      finishClose();
    }
  }

  private void finishClose() {
    Runnable after = closing;
    closing = null;
    if (after == null) {
      return;
    }
    calls.failAll(ErrorCode.CLOSED, "The client is closed.", null);
    restoration.onClosed();
    settleConnecting(closedFailure());
    ConnectionAttempt trying = attempt;
    attempt = null;
    Wire last = wire;
    wire = null;
    if (trying != null) {
      trying.cancel();
      last = trying.wire();
    }
    Runnable gone =
        () -> {
          List.copyOf(leaving).forEach(Wire::closed);
          after.run();
        };
    if (last != null) {
      last.close(gone);
    } else {
      gone.run();
    }
  }

  // What the connection tells

  @Override
  public void onReady(Wire ready, Greeting greeting) {
    calls.attach(ready);
    restoration.presentCredentials(
        greeting.identity(),
        calls,
        () -> restoration.introduce(greeting, calls, () -> establish(ready, greeting)),
        failure -> ready.abandon(Ending.notOpened("the credentials were not checked", failure)));
  }

  private void establish(Wire ready, Greeting greeting) {
    ConnectionAttempt trying = attempt;
    if (trying == null || trying.wire() != ready) {
      return;
    }
    trying.succeeded();
    attempt = null;
    wire = ready;
    knownByToken = attempts.haveTokens() && greeting.hasIdentity();
    remembersRooms = greeting.welcome() != null && greeting.welcome().persistentRooms();
    boolean reconnected = status.status() == ClientStatus.RECONNECTING;
    reconnects.onConnected();
    status.onServer(greeting);
    status.change(ClientStatus.CONNECTED);
    restoration.runHooks(greeting.dialect(), calls, reconnected);
    settleConnecting(null);
    if (ready.isTurnToLeave()) {
      onTurnToLeave(ready);
    } else {
      calls.open();
    }
  }

  @Override
  public void onInbound(Wire from, Inbound inbound) {
    router.route(from, inbound);
  }

  @Override
  public void onLatency(Duration latency) {
    status.onLatency(latency);
  }

  @Override
  public void onTurnToLeave(Wire left) {
    if (left == wire && closing == null) {
      calls.pause(left::leave);
    }
  }

  @Override
  public void onRoom() {
    calls.onRoom();
  }

  @Override
  public void onGone(Wire gone) {
    leaving.remove(gone);
  }

  @Override
  public void onEnded(Wire ended, Ending ending) {
    leaving.add(ended);
    ConnectionAttempt trying = attempt;
    if (trying != null && trying.wire() == ended) {
      attempt = null;
      trying.over();
      calls.detach();
      onAttemptFailed(ending);
    } else if (wire == ended) {
      wire = null;
      restoration.onLost();
      calls.detach();
      onLost(ending);
    }
  }

  private void onLost(Ending ending) {
    if (closing != null) {
      finishClose();
      return;
    }
    if (invitesReconnect(ending) && scheduleAttempt(ending)) {
      status.change(ClientStatus.RECONNECTING, ending, false);
    } else {
      disconnect(ending, false);
    }
  }

  private boolean scheduleAttempt(Ending loss) {
    return loss.equals(Ending.MOVE)
        ? reconnects.scheduleAfterMove(this::startAttempt)
        : reconnects.scheduleAfterLoss(this::startAttempt);
  }

  /** Also when the next attempt has a fresh token in place of one that did for a while. */
  private boolean invitesReconnect(Ending loss) {
    return loss.invitesReconnect()
        || (loss.isOfCredentials() && knownByToken && !reconnects.isLostAgain());
  }

  private void onAttemptFailed(Ending ending) {
    boolean retried = status.status() == ClientStatus.RECONNECTING || attempts.retriesFirst();
    if (!retried || !ending.invitesReconnect()) {
      disconnect(ending, false);
    } else if (!reconnects.scheduleAfterFailure(this::startAttempt)) {
      disconnect(ending, true);
    }
  }

  private void startAttempt() {
    ConnectionAttempt next = attempts.next(this);
    attempt = next;
    next.start();
  }

  private void disconnect(Ending ending, boolean gaveUp) {
    RuntimeException failure = ending.toException();
    status.change(ClientStatus.DISCONNECTED, ending, gaveUp);
    calls.failAll(ErrorCode.UNAVAILABLE, "No connection to the server.", failure);
    settleConnecting(failure);
  }

  private void settleConnecting(@Nullable RuntimeException failure) {
    List<Outcome> waiting = List.copyOf(connecting);
    connecting.clear();
    waiting.forEach(outcome -> outcome.onDone(failure));
  }

  private static CommandException closedFailure() {
    return new CommandException(ErrorCode.CLOSED, "The client is closed.");
  }
}
