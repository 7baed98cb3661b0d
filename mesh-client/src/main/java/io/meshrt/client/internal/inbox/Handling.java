// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.internal.channel.Successive;
import io.meshrt.core.codec.JsonValues;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Gives the listener what the channel has of one inbox, and notes what it is done with; each inbox
 * has its own. Thread-safe.
 */
final class Handling implements Successive<JsonNode> {
  private final InboxListener listener;
  private final JsonValues json;
  private final Acknowledgements acknowledgements;
  private final int life;

  Handling(InboxListener listener, JsonValues json, Acknowledgements acknowledgements) {
    this.listener = listener;
    this.json = json;
    this.acknowledgements = acknowledgements;
    this.life = acknowledgements.life();
  }

  @Override
  public Handling present() {
    return new Handling(listener, json, acknowledgements);
  }

  @Override
  public void onMessage(@Nullable JsonNode message) {
    throw new IllegalStateException("a message without a place");
  }

  @Override
  public void onMessage(ChannelMessage<JsonNode> message) throws Exception {
    JsonNode content = message.message() == null ? NullNode.instance : message.message();
    try {
      listener.onMessage(
          new Message(
              json,
              content.path("name").asText(""),
              content.path("payload"),
              message.position(),
              message.time().orElse(Instant.EPOCH)));
    } finally {
      long timeMillis = message.time().map(Instant::toEpochMilli).orElse(-1L);
      acknowledgements.onHandled(message.position(), timeMillis, life);
    }
  }

  @Override
  public void onRecovered(long messages) throws Exception {
    listener.onRecovered(messages);
  }

  @Override
  public void onGap(ChannelGap gap) throws Exception {
    try {
      listener.onGap(new InboxGap(gap.last(), gap.resumesAfter()));
    } finally {
      acknowledgements.onHandled(gap.resumesAfter(), -1, life);
    }
  }

  @Override
  public void onEnded() throws Exception {
    listener.onEnded();
  }

  private record Message(
      JsonValues json, String name, JsonNode payload, ChannelPosition position, Instant time)
      implements InboxMessage {
    @Override
    public <T> @Nullable T payload(Class<T> type) {
      return json.decode(json.encode(payload), type);
    }

    @Override
    public <T> @Nullable T payload(TypeReference<T> type) {
      return json.decode(json.encode(payload), type);
    }

    @Override
    public String toString() {
      return name + " " + position.epoch() + "-" + position.offset();
    }
  }
}
