// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.Registration;
import io.meshrt.client.ServerInfo;
import io.meshrt.client.StatusChange;
import io.meshrt.client.internal.callback.EventListeners;
import io.meshrt.client.internal.dialect.Greeting;
import io.meshrt.core.codec.Welcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What others may know of a session. Written by the state thread, read by any. */
public final class StatusBoard {
  private static final Logger log = LoggerFactory.getLogger(StatusBoard.class);

  private final EventListeners<StatusChange> listeners;
  private volatile ClientStatus status = ClientStatus.DISCONNECTED;
  private volatile @Nullable String connectionId;
  private volatile @Nullable ServerInfo server;
  private volatile @Nullable Duration latency;

  /** A board whose listeners run on {@code executor}. */
  public StatusBoard(Executor executor) {
    this.listeners = new EventListeners<>(executor);
  }

  /** Where the client stands. */
  public ClientStatus status() {
    return status;
  }

  /** Id of the present connection. */
  public Optional<String> connectionId() {
    return Optional.ofNullable(connectionId);
  }

  /** The server of the present connection. */
  public Optional<ServerInfo> server() {
    return Optional.ofNullable(server);
  }

  /** Last measured round trip of the present connection. */
  public Optional<Duration> latency() {
    return Optional.ofNullable(latency);
  }

  /** Adds a listener for changes from now on. */
  public Registration onStatus(Consumer<? super StatusChange> listener) {
    return listeners.add(listener);
  }

  void onServer(Greeting greeting) {
    Welcome welcome = greeting.welcome();
    connectionId = greeting.connectionId();
    server =
        new ServerInfo(
            greeting.dialect().generation(),
            Optional.ofNullable(welcome == null ? null : welcome.nodeId()),
            welcome != null);
  }

  /** A server that assigns an id more than once speaks more than one generation: it is ours. */
  void onLateId(String id) {
    ServerInfo known = server;
    if (known != null) {
      boolean again = connectionId != null;
      connectionId = again ? connectionId : id;
      server = new ServerInfo(known.generation(), known.nodeId(), again);
    }
  }

  void onLatency(Duration measured) {
    latency = measured;
  }

  void change(ClientStatus next) {
    change(next, null, false);
  }

  void change(ClientStatus next, @Nullable Ending ending, boolean gaveUp) {
    ClientStatus previous = status;
    if (previous == next) {
      return;
    }
    if (next != ClientStatus.CONNECTED) {
      connectionId = null;
      server = null;
      latency = null;
    }
    status = next;
    StatusChange change =
        new StatusChange(
            next,
            previous,
            ending == null ? OptionalInt.empty() : ending.optionalCloseCode(),
            ending == null ? "" : ending.reason(),
            Optional.ofNullable(ending == null ? null : ending.cause()),
            gaveUp);
    log.debug("{} -> {} {}", previous, next, change.closeCode());
    listeners.tell(change);
  }
}
