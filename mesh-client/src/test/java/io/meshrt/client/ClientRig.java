// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.internal.callback.CallbackThreads;
import io.meshrt.core.protocol.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** A client on manual time and fake sockets; its callbacks run on the test's thread. */
final class ClientRig {
  final ManualLoop loop = new ManualLoop();
  final FakeConnector connector = new FakeConnector(loop);
  final MeshClient client;
  final List<StatusChange> changes = new ArrayList<>();
  final List<ClientError> errors = new ArrayList<>();

  ClientRig() {
    this(builder -> builder);
  }

  ClientRig(UnaryOperator<MeshClientBuilder> options) {
    this(options, Runnable::run);
  }

  /** A client whose callbacks run on an executor. */
  ClientRig(UnaryOperator<MeshClientBuilder> options, Executor callbacks) {
    this(options, callbacks, new SplittableRandom(42));
  }

  /** A client that takes its random numbers from there. */
  ClientRig(UnaryOperator<MeshClientBuilder> options, Executor callbacks, RandomGenerator random) {
    client =
        options
            .apply(MeshClient.builder("ws://localhost:8080/socket?room=1"))
            .build(loop, connector, CallbackThreads.of(callbacks), random);
    client.onStatus(changes::add);
    client.onError(errors::add);
  }

  /** Connects to our own server. */
  FakeSocket connected() {
    return connected(Frames.welcome());
  }

  /** Connects to a server that greets so. */
  FakeSocket connected(String greeting) {
    CompletableFuture<Void> connected = client.connect();
    FakeSocket socket = connector.next().accept();
    socket.receive(greeting);
    assertThat(connected).isCompleted();
    return socket;
  }

  /** The connection breaks, and our own server takes the next one. */
  FakeSocket reconnected(FakeSocket broken) {
    return reconnected(broken, Frames.welcome());
  }

  /** The connection breaks, and a server that greets so takes the next one. */
  FakeSocket reconnected(FakeSocket broken, String greeting) {
    broken.closeFromServer(1006, "");
    awaitReconnect();
    FakeSocket next = connector.next().accept();
    next.receive(greeting);
    return next;
  }

  /** Lets the loop take a call that was made. */
  <T> CompletableFuture<T> run(CompletableFuture<T> call) {
    loop.run();
    return call;
  }

  /** Calls echo, and lets the loop run. */
  CompletableFuture<String> echo(String text) {
    CompletableFuture<String> reply = client.command("echo", text, String.class);
    loop.run();
    return reply;
  }

  /** Waits out the longest first delay of the default policy. */
  void awaitReconnect() {
    loop.advance(Duration.ofMillis(400));
  }

  List<ClientStatus> statuses() {
    return changes.stream().map(StatusChange::status).toList();
  }

  static void assertFailed(CompletableFuture<?> future, String code) {
    assertThat(future).isCompletedExceptionally();
    assertThat(failure(future)).isInstanceOf(CommandException.class);
    assertThat(((CommandException) failure(future)).code()).isEqualTo(code);
  }

  static Throwable failure(CompletableFuture<?> future) {
    Throwable thrown = future.handle((value, failure) -> failure).join();
    return thrown instanceof CompletionException ? thrown.getCause() : thrown;
  }
}
