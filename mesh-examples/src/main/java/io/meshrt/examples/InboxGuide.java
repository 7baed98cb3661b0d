// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.server.MeshServer;
import io.meshrt.server.inbox.InboxPosition;
import io.meshrt.server.inbox.Inboxes;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The snippets of the page about users who are away; they run in the tests. */
public final class InboxGuide {
  private InboxGuide() {}

  /** Keeps two messages. */
  public static CompletableFuture<InboxPosition> keep(MeshServer server) {
    // snippet: keep
    Inboxes inboxes = server.inboxes();
    CompletableFuture<InboxPosition> first = inboxes.keep("ann", "welcome", Map.of("plan", "free"));
    // A repeat under the same id is not kept.
    return first.thenCompose(
        place -> inboxes.keep("ann", "order-shipped", Map.of("order", 7), "shipped-7"));
    // end
  }

  /** Shows what was kept for this client's identity. */
  public static CompletableFuture<InboxSubscription> open(
      MeshClient client, Consumer<String> show) {
    // snippet: open
    return client.inbox(
        new InboxListener() {
          @Override
          public void onMessage(InboxMessage message) {
            show.accept(message.name() + " " + message.payload());
          }

          @Override
          public void onGap(InboxGap gap) {
            show.accept("some are missing");
          }
        },
        InboxOptions.defaults().withDevice("phone"));
    // end
  }
}
