// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.Channels;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.client.internal.dialect.ChannelPage;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The channels of one client. What it knows of them belongs to the state thread. */
public final class ChannelFeature implements Channels {
  private static final int MAX_ID_CHARACTERS = 128;

  private final BuiltIns builtIns;
  private final ClientLimits limits;
  private final Map<String, ChannelLine> lines = new LinkedHashMap<>();

  /** The channels of the client that has these built-ins. */
  public ChannelFeature(BuiltIns builtIns, ClientLimits limits) {
    this.builtIns = builtIns;
    this.limits = limits;
    onPush(Names.SUBSCRIPTION_MESSAGE, (line, push) -> line.onMessage(ChannelPage.item(push)));
    onPush(Names.CHANNEL_GAP, (line, push) -> line.onGap(ChannelPage.position(push)));
    onPush(Names.CHANNEL_REVOKED, (line, push) -> line.onRevoked());
  }

  private void onPush(String name, BiConsumer<ChannelLine, JsonNode> action) {
    builtIns.onPush(
        name,
        payload -> {
          JsonNode push = ChannelPage.tree(payload);
          ChannelLine line = lines.get(push.path("channel").asText(""));
          if (line != null) {
            action.accept(line, push);
          }
        });
  }

  @Override
  public <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel, Class<T> type, ChannelListener<T> listener, SubscribeOptions options) {
    return subscribe(channel, MessageReader.of(builtIns.json(), type), listener, options);
  }

  @Override
  public <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel,
      TypeReference<T> type,
      ChannelListener<T> listener,
      SubscribeOptions options) {
    return subscribe(channel, MessageReader.of(builtIns.json(), type), listener, options);
  }

  private <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel,
      MessageReader<T> reader,
      ChannelListener<T> listener,
      SubscribeOptions options) {
    return subscribe(channel, reader, listener, options, Asking.of(channel));
  }

  /** Subscribes to what the server alone knows where to begin with; one at a time. */
  public <T> CompletableFuture<ChannelSubscription<T>> open(
      String channel, Class<T> type, ChannelListener<T> listener, Asking asking) {
    return subscribe(
        channel,
        MessageReader.of(builtIns.json(), type),
        listener,
        SubscribeOptions.defaults(),
        asking);
  }

  private <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel,
      MessageReader<T> reader,
      ChannelListener<T> listener,
      SubscribeOptions options,
      Asking asking) {
    Objects.requireNonNull(listener, "listener");
    return checked(
        channel,
        () -> {
          Mailbox<T> mailbox =
              new Mailbox<>(
                  channel,
                  listener,
                  reader,
                  builtIns.callbacks(),
                  builtIns.errors(),
                  limits.maxQueuedMessages(),
                  limits.maxQueuedMessageBytes());
          Follower follower = new Follower(builtIns, channel, mailbox);
          Subscription<T> subscription =
              new Subscription<>(builtIns, channel, options, asking, reader, follower);
          builtIns.execute(subscription, () -> subscription.begin(line(channel)));
          return subscription.future();
        });
  }

  private ChannelLine line(String channel) {
    return lines.computeIfAbsent(channel, name -> new ChannelLine(builtIns, name, this::forget));
  }

  private void forget(ChannelLine idle) {
    lines.remove(idle.channel(), idle);
  }

  @Override
  public CompletableFuture<ChannelPosition> publish(String channel, @Nullable Object message) {
    return publishAs(channel, message, "");
  }

  @Override
  public CompletableFuture<ChannelPosition> publish(
      String channel, @Nullable Object message, String id) {
    if (id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("id: " + id.length() + " characters"));
    }
    return publishAs(channel, message, id);
  }

  private CompletableFuture<ChannelPosition> publishAs(
      String channel, @Nullable Object message, String id) {
    return checked(
        channel,
        () ->
            ask(
                channel,
                Names.PUBLISH_CHANNEL,
                ChannelCalls.publish(channel, builtIns.json().encode(message), id),
                reply -> ChannelPage.position(ChannelPage.tree(reply))));
  }

  @Override
  public <T> CompletableFuture<ChannelHistory<T>> history(
      String channel, Class<T> type, HistoryQuery query) {
    return history(channel, MessageReader.of(builtIns.json(), type), query);
  }

  @Override
  public <T> CompletableFuture<ChannelHistory<T>> history(
      String channel, TypeReference<T> type, HistoryQuery query) {
    return history(channel, MessageReader.of(builtIns.json(), type), query);
  }

  private <T> CompletableFuture<ChannelHistory<T>> history(
      String channel, MessageReader<T> reader, HistoryQuery query) {
    return checked(
        channel,
        () ->
            ask(
                channel,
                Names.GET_CHANNEL_HISTORY,
                ChannelCalls.history(channel, query),
                reply -> history(query, ChannelPage.read(reply, builtIns.newestFirst()), reader)));
  }

  private static <T> ChannelHistory<T> history(
      HistoryQuery query, ChannelPage page, MessageReader<T> reader) {
    List<ChannelItem> items =
        new ArrayList<>(page.answersPosition() ? page.following() : page.newest());
    if (query.ascends() && !page.answersPosition()) {
      Collections.reverse(items); // the server does not know positions
    }
    return new ChannelHistory<>(
        items.stream().map(reader::read).toList(),
        page.head(),
        !query.ascends() || page.recovered(),
        page.more());
  }

  private <T> CompletableFuture<T> ask(
      String channel, String name, RawJson payload, PendingReply.Decoder<T> decoder) {
    PendingReply<T> reply = builtIns.reply(name, decoder);
    builtIns.execute(reply, () -> builtIns.call(channel, name, payload, reply));
    return reply.future();
  }

  private static <T> CompletableFuture<T> checked(
      String channel, Supplier<CompletableFuture<T>> action) {
    try {
      Names.requireName("channel", channel);
      return action.get();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Puts back the subscriptions on a new connection. On the state thread. */
  public void restore() {
    List.copyOf(lines.values()).forEach(ChannelLine::restore);
  }
}
