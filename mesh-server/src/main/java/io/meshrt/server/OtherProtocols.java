// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.auth.CredentialCheck;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.inbox.InboxFeature;
import io.meshrt.server.internal.inbox.InboxKeeper;
import io.meshrt.server.internal.mesa.MesaBridge;
import io.meshrt.server.internal.mesa.MesaDialect;
import io.meshrt.server.internal.mesa.MesaFeature;
import io.meshrt.server.internal.room.RoomFeature;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.thinws.ThinWsFeature;
import io.meshrt.server.mesa.MesaBridgeOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What clients and dispatchers of other systems find here, as far as the options ask for it. */
final class OtherProtocols {
  private final Neighbours neighbours;
  private final @Nullable MesaBridge mesaBridge;

  /**
   * What it stands on.
   *
   * @param settled completes when a session has what its identity brings it; does not fail
   */
  record Neighbours(
      Cluster cluster,
      Sessions sessions,
      Commands commands,
      RoomFeature rooms,
      InboxKeeper inboxes,
      InboxFeature openInboxes,
      Function<Session, CompletionStage<?>> settled) {}

  OtherProtocols(MeshServerBuilder options, Endpoints endpoints, Neighbours neighbours) {
    this.neighbours = neighbours;
    SessionServices node = neighbours.sessions.services();
    if (options.thinWs != null) {
      new ThinWsFeature(options.thinWs.options(), neighbours.rooms.forClients(), node.json())
          .registerIn(neighbours.commands);
    }
    MesaBridgeOptions bridge = options.mesaBridge;
    mesaBridge = bridge == null ? null : bridge(options, bridge);
    MesaDialect dialect = endpoints.mesa();
    if (dialect != null) {
      MesaFeature mesa = mesa(options, dialect, node);
      mesa.registerIn(neighbours.commands);
      neighbours.sessions.addListener(mesa);
    }
  }

  /** Begins to hear dispatchers; the cluster has been told to start. Completes when it does. */
  CompletableFuture<?> start() {
    return mesaBridge == null ? CompletableFuture.completedFuture(null) : mesaBridge.start();
  }

  private MesaBridge bridge(MeshServerBuilder options, MesaBridgeOptions wanted) {
    MesaBridge.Policy policy =
        new MesaBridge.Policy(
            options.inbox.keptByDefault(),
            options.authentication.required(),
            Features.maxMessageBytes(options));
    return new MesaBridge(
        wanted, policy, neighbours.cluster, neighbours.sessions, neighbours.inboxes);
  }

  private MesaFeature mesa(MeshServerBuilder options, MesaDialect dialect, SessionServices node) {
    Duration timeout = options.authentication.hookTimeout();
    return new MesaFeature(
        dialect,
        options
            .authentication
            .message()
            .map(authenticator -> new CredentialCheck(authenticator, timeout, node.scheduler()))
            .orElse(null),
        timeout,
        neighbours.settled,
        neighbours.openInboxes.feed(
            MesaDialect.KEPT, neighbours.cluster.topics(), node.scheduler(), Features.LINGER),
        node.json(),
        node.scheduler(),
        node.metrics().mesa());
  }
}
