// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.channel.ChannelFeature;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.loop.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The inbox of one client. What it knows of acknowledgements belongs to the state thread. */
public final class InboxFeature {
  /** A close waits so long for the last acknowledgement. */
  static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final BuiltIns builtIns;
  private final ChannelFeature channels;
  private final List<Acknowledgements> all = new ArrayList<>();

  /** The inbox of the client that has these channels. */
  public InboxFeature(BuiltIns builtIns, ChannelFeature channels) {
    this.builtIns = builtIns;
    this.channels = channels;
  }

  /** Opens it. */
  public CompletableFuture<InboxSubscription> open(InboxListener listener, InboxOptions options) {
    Objects.requireNonNull(listener, "listener");
    InboxCalls calls = new InboxCalls(options);
    Acknowledgements acknowledgements = new Acknowledgements(builtIns, calls, options);
    InboxAsking asking = new InboxAsking(calls, builtIns::identity, acknowledgements::forget);
    Handling handling = new Handling(listener, builtIns.json(), acknowledgements);
    Runnable end = () -> builtIns.loop().execute(acknowledgements::end);
    CompletableFuture<ChannelSubscription<JsonNode>> subscribed =
        channels.open(Names.INBOX, JsonNode.class, handling, asking);
    CompletableFuture<InboxSubscription> opened = new CompletableFuture<>();
    CompletableFuture<?> unused =
        subscribed.whenComplete(
            (subscription, failure) -> {
              if (failure != null) {
                opened.completeExceptionally(failure);
              } else {
                complete(opened, new OpenInbox(subscription, end));
              }
            });
    onFailure(
        opened,
        () -> {
          end.run();
          subscribed.cancel(false);
        });
    builtIns.loop().execute(() -> add(acknowledgements));
    return opened;
  }

  private static void complete(CompletableFuture<InboxSubscription> opened, OpenInbox inbox) {
    if (!opened.complete(inbox)) {
      inbox.close(); // who cancelled it gets no handle
    }
  }

  private static void onFailure(CompletableFuture<?> future, Runnable action) {
    CompletableFuture<?> unused =
        future.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                action.run();
              }
            });
  }

  private void add(Acknowledgements acknowledgements) {
    all.removeIf(Acknowledgements::isOver);
    all.add(acknowledgements);
  }

  /** There is a new connection, which knows nothing of what was handled. On the state thread. */
  public void restore() {
    all.removeIf(Acknowledgements::isOver);
    all.forEach(Acknowledgements::onConnected);
  }

  /** Runs {@code next} when the server has what was handled, or does not answer. State thread. */
  public void beforeClose(Runnable next) {
    all.removeIf(Acknowledgements::isOver);
    if (all.isEmpty()) {
      next.run();
      return;
    }
    Runnable[] once = {next};
    int[] left = {all.size()};
    Loop.Timer timer = builtIns.loop().schedule(LAST_WAIT, () -> run(once));
    for (Acknowledgements acknowledgements : List.copyOf(all)) {
      acknowledgements.settle(
          () -> {
            left[0]--;
            if (left[0] == 0) {
              timer.cancel();
              run(once);
            }
          });
    }
  }

  private static void run(Runnable[] once) {
    Runnable next = once[0];
    once[0] = () -> {};
    next.run();
  }
}
