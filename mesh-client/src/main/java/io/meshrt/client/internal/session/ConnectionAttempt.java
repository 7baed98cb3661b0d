// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.internal.dialect.GenerationDecision;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.socket.Connector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a connection: asks for the token, opens the socket, and gives up at its
 * deadline. Whatever becomes of it is told by its {@link Wire}.
 */
final class ConnectionAttempt {
  private final Loop loop;
  private final SessionOptions options;
  private final Connector connector;
  private final Wire wire;
  private Connector.@Nullable Opening opening;
  private Loop.@Nullable Timer deadline;
  private boolean over;

  ConnectionAttempt(Loop loop, SessionOptions options, Connector connector, Wire wire) {
    this.loop = loop;
    this.options = options;
    this.connector = connector;
    this.wire = wire;
  }

  void start() {
    deadline =
        loop.schedule(
            options.connectTimeout(),
            () ->
                giveUp(
                    Ending.notOpened(
                        "no connection within " + options.connectTimeout().toMillis() + " ms",
                        null)));
    Supplier<CompletionStage<String>> token = options.token();
    if (token == null) {
      open(null);
      return;
    }
    token.get().whenComplete((value, failure) -> loop.execute(() -> onToken(value, failure)));
  }

  Wire wire() {
    return wire;
  }

  /** The connection is in use; nothing to give up any more. */
  void succeeded() {
    if (opening != null) {
      opening.onSuccess();
    }
    over();
  }

  /** Stops trying; the wire tells its end. */
  void giveUp(Ending ending) {
    if (!over) {
      cancel();
      wire.abandon(ending);
    }
  }

  /** Stops trying; the wire is left to the caller. */
  void cancel() {
    over();
    if (opening != null) {
      opening.cancel();
    }
  }

  /** The wire has ended by itself. */
  void over() {
    over = true;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  private void onToken(@Nullable String token, @Nullable Throwable failure) {
    if (over) {
      return;
    }
    if (failure != null) {
      giveUp(Ending.notOpened("the token supplier failed", failure));
    } else if (token == null) {
      giveUp(Ending.notOpened("the token supplier gave no token", null));
    } else {
      open(token);
    }
  }

  private void open(@Nullable String token) {
    Map<String, List<String>> headers = new LinkedHashMap<>(options.headers());
    if (token != null) {
      headers.put("Authorization", List.of("Bearer " + token));
    }
    List<String> subprotocols = new ArrayList<>();
    if (GenerationDecision.offersSubprotocol(options.generation())) {
      subprotocols.add(Names.SUBPROTOCOL);
    }
    opening = connector.open(new Connector.Target(options.uri(), headers, subprotocols), wire);
  }
}
