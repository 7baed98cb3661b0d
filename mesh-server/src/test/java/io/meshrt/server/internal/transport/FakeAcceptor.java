// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.auth.UpgradeRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Accepts what a test wants accepted; its connections echo unless told otherwise. */
final class FakeAcceptor implements ConnectionAcceptor {
  volatile Function<UpgradeRequest, CompletionStage<Admission>> decision =
      request -> CompletableFuture.completedFuture(Admission.accept(null, null));
  volatile Consumer<FakeConnection> onAccept = connection -> {};
  final BlockingQueue<FakeConnection> connections = new LinkedBlockingQueue<>();
  final BlockingQueue<Admission> abandoned = new LinkedBlockingQueue<>();

  @Override
  public CompletionStage<Admission> admit(UpgradeRequest request) {
    return decision.apply(request);
  }

  @Override
  public Accepted accept(Transport transport, UpgradeRequest request, Admission admission) {
    FakeConnection connection = new FakeConnection(transport, request, admission);
    onAccept.accept(connection);
    connections.add(connection);
    return new Accepted(connection, connection.outgoing);
  }

  @Override
  public void onAbandoned(Admission admission) {
    abandoned.add(admission);
  }

  FakeConnection next() throws InterruptedException {
    FakeConnection connection = connections.poll(30, TimeUnit.SECONDS);
    if (connection == null) {
      throw new AssertionError("no connection was opened");
    }
    return connection;
  }
}
