// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.VectorCalls.Outcome;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.StateOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the application of a test vector does with presence and channels. */
final class VectorStreams {
  private final MeshClient client;
  private final Map<String, CompletableFuture<? extends AutoCloseable>> handles;

  VectorStreams(
      MeshClient client, Map<String, CompletableFuture<? extends AutoCloseable>> handles) {
    this.client = client;
    this.handles = handles;
  }

  private <T extends AutoCloseable> CompletableFuture<T> keep(
      JsonNode step, CompletableFuture<T> handle) {
    handles.put(step.get("as").textValue(), handle);
    return handle;
  }

  private AutoCloseable handle(JsonNode step) {
    return handles.get(step.get("on").textValue()).join();
  }

  Outcome make(String call, JsonNode step, Consumer<JsonNode> listener) {
    if (call.equals("inbox.open")) {
      return ofInbox(step, listener);
    }
    return call.startsWith("presence.")
        ? ofPresence(call, step, listener)
        : ofChannels(call, step, listener);
  }

  /** Opens an inbox, whose messages and gaps are told as those of a channel. */
  private Outcome ofInbox(JsonNode step, Consumer<JsonNode> listener) {
    InboxOptions options = InboxOptions.defaults();
    if (step.has("device")) {
      options = options.withDevice(step.get("device").textValue());
    }
    options = step.path("fromEnd").asBoolean() ? options.withFromEnd() : options;
    return Outcome.of(
        keep(step, client.inbox(new InboxEar(new Ear(listener)), options)),
        handle -> NullNode.instance);
  }

  private Outcome ofPresence(String call, JsonNode step, Consumer<JsonNode> listener) {
    String room = step.path("room").asText();
    return switch (call) {
      case "presence.subscribe" ->
          Outcome.of(
              keep(
                  step,
                  client
                      .presence()
                      .subscribe(room, event -> listener.accept(VectorViews.presenceEvent(event)))),
              handle -> NullNode.instance);
      case "presence.members" ->
          Outcome.done(((PresenceSubscription) handle(step)).members(), VectorViews::members);
      case "presence.publishState" ->
          Outcome.of(client.presence().publishState(room, step.get("state"), stateOptions(step)));
      case "presence.clearState" -> Outcome.of(client.presence().clearState(room));
      case "presence.state" -> Outcome.of(client.presence().state(room), VectorViews::members);
      default -> throw new IllegalArgumentException(call);
    };
  }

  private static StateOptions stateOptions(JsonNode step) {
    Optional<Duration> expireAfter =
        Optional.ofNullable(step.get("expireAfterMillis"))
            .map(millis -> Duration.ofMillis(millis.longValue()));
    return new StateOptions(expireAfter, step.path("silent").asBoolean());
  }

  private Outcome ofChannels(String call, JsonNode step, Consumer<JsonNode> listener) {
    String channel = step.path("channel").asText();
    return switch (call) {
      case "channels.subscribe" ->
          Outcome.of(
              keep(
                  step,
                  client.subscribe(channel, JsonNode.class, new Ear(listener), options(step))),
              VectorViews::subscription);
      case "channels.position" ->
          Outcome.done(((ChannelSubscription<?>) handle(step)).position(), VectorViews::position);
      case "channels.publish" -> Outcome.of(publish(channel, step), VectorViews::position);
      case "channels.history" ->
          Outcome.of(client.history(channel, query(step)), VectorViews::history);
      default -> throw new IllegalArgumentException(call);
    };
  }

  private CompletableFuture<ChannelPosition> publish(String channel, JsonNode step) {
    JsonNode message = step.get("message");
    return step.has("id")
        ? client.publish(channel, message, step.get("id").textValue())
        : client.publish(channel, message);
  }

  private static ChannelPosition position(JsonNode position) {
    return new ChannelPosition(
        position.get("epoch").textValue(), position.get("offset").longValue());
  }

  private static SubscribeOptions options(JsonNode step) {
    if (step.has("from")) {
      return SubscribeOptions.from(position(step.get("from")));
    }
    if (step.has("since")) {
      return SubscribeOptions.since(Instant.ofEpochMilli(step.get("since").longValue()));
    }
    SubscribeOptions options = SubscribeOptions.history(step.path("history").asInt(0));
    return step.path("historyToListener").asBoolean() ? options.withHistoryToListener() : options;
  }

  private static HistoryQuery query(JsonNode step) {
    int limit = step.get("limit").intValue();
    return step.has("after")
        ? HistoryQuery.after(position(step.get("after")), limit)
        : HistoryQuery.newest(limit);
  }

  /** Writes down what an inbox tells. */
  private record InboxEar(Ear ear) implements InboxListener {
    @Override
    public void onMessage(InboxMessage message) {
      JsonNode content =
          JsonNodeFactory.instance
              .objectNode()
              .put("name", message.name())
              .set("payload", message.payload());
      ear.onMessage(new ChannelMessage<>(content, message.position(), Optional.of(message.time())));
    }

    @Override
    public void onRecovered(long messages) {
      ear.onRecovered(messages);
    }

    @Override
    public void onGap(InboxGap gap) {
      ear.onGap(new ChannelGap(gap.last(), gap.resumesAfter()));
    }

    @Override
    public void onEnded() {
      ear.onEnded();
    }
  }

  /** Writes down what a channel tells. */
  private record Ear(Consumer<JsonNode> listener) implements ChannelListener<JsonNode> {
    @Override
    public void onMessage(@Nullable JsonNode message) {
      throw new AssertionError("the other form is overridden");
    }

    @Override
    public void onMessage(ChannelMessage<JsonNode> message) {
      listener.accept(VectorViews.message(message));
    }

    @Override
    public void onRecovered(long messages) {
      listener.accept(JsonNodeFactory.instance.objectNode().put("recovered", messages));
    }

    @Override
    public void onGap(ChannelGap gap) {
      listener.accept(VectorViews.gap(gap));
    }

    @Override
    public void onEnded() {
      listener.accept(JsonNodeFactory.instance.objectNode().put("ended", true));
    }
  }
}
