// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** For nodes without inboxes. */
final class NoPersonalChannel implements PersonalChannel {
  private static CompletionStage<?> none() {
    return CompletableFuture.failedFuture(CommandException.notFound("There are no inboxes."));
  }

  @Override
  public CompletionStage<?> subscribe(Session session, Request request) {
    return none();
  }

  @Override
  public CompletionStage<?> unsubscribe(Session session, Request request) {
    return none();
  }

  @Override
  public CompletionStage<?> history(Session session, Request request) {
    return none();
  }
}
