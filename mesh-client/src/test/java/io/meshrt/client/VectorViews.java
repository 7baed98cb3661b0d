// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresentMember;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.room.RoomMember;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a client says, as the test vectors write it. */
final class VectorViews {
  private static final ObjectMapper JSON = new ObjectMapper();

  private VectorViews() {}

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static JsonNode json(@Nullable Object value) {
    Object content = value instanceof Optional<?> perhaps ? perhaps.orElse(null) : value;
    return content == null ? NullNode.instance : JSON.valueToTree(content);
  }

  private static <T> ArrayNode all(List<? extends T> list, Function<T, JsonNode> view) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    list.forEach(one -> array.add(view.apply(one)));
    return array;
  }

  private static JsonNode millis(Optional<Instant> time) {
    return json(time.map(Instant::toEpochMilli));
  }

  // Rooms and presence

  static JsonNode roomMembers(List<RoomMember> members) {
    return all(members, member -> member(member.connectionId(), member.metadata()));
  }

  static JsonNode members(List<PresentMember> members) {
    return all(members, member -> member(member.connectionId(), member.state()));
  }

  private static ObjectNode member(String connectionId, Optional<JsonNode> state) {
    return object().put("connectionId", connectionId).set("state", json(state));
  }

  static JsonNode presenceEvent(PresenceEvent event) {
    ObjectNode told = member(event.connectionId(), event.state());
    told.put("type", event.type().name());
    told.set("members", members(event.members()));
    return told.set("timeMillis", millis(event.time()));
  }

  // Channels

  static JsonNode position(ChannelPosition position) {
    return position.isNumbered()
        ? object().put("epoch", position.epoch()).put("offset", position.offset())
        : NullNode.instance;
  }

  static JsonNode message(ChannelMessage<JsonNode> message) {
    ObjectNode told = object();
    told.set("message", json(message.message()));
    told.set("position", position(message.position()));
    return told.set("timeMillis", millis(message.time()));
  }

  static JsonNode gap(ChannelGap gap) {
    ObjectNode between = object();
    between.set("last", position(gap.last()));
    between.set("resumesAfter", position(gap.resumesAfter()));
    return object().set("gap", between);
  }

  static JsonNode subscription(ChannelSubscription<JsonNode> subscription) {
    ObjectNode begun = object();
    begun.set("history", all(subscription.history(), VectorViews::message));
    return begun.set("position", position(subscription.position()));
  }

  static JsonNode history(ChannelHistory<JsonNode> page) {
    ObjectNode told = object().put("complete", page.complete()).put("more", page.more());
    told.set("messages", all(page.messages(), VectorViews::message));
    return told.set("position", position(page.position()));
  }

  // Records

  static JsonNode version(RecordVersion version) {
    return object().put("number", version.number()).put("stamp", version.stamp());
  }

  static JsonNode versions(Map<String, RecordVersion> versions) {
    ObjectNode told = object();
    versions.forEach((id, version) -> told.set(id, version(version)));
    return told;
  }

  static ObjectNode value(RecordValue<JsonNode> value) {
    ObjectNode told = object();
    told.set("value", json(value.value()));
    return told.set("version", version(value.version()));
  }

  static JsonNode update(RecordUpdate<JsonNode> update) {
    ObjectNode told = value(new RecordValue<>(update.value(), update.version()));
    told.set("patch", json(update.patch().map(patch -> patch.toJson())));
    return told.put("reason", update.reason().name());
  }

  // Collections

  static JsonNode update(CollectionUpdate<JsonNode> update) {
    ObjectNode told = object().put("reason", update.reason().name());
    told.set("members", collected(update.members()));
    told.set("added", collected(update.added()));
    told.set("changed", collected(update.changed()));
    told.set("removed", collected(update.removed()));
    return told.put("version", update.version());
  }

  static JsonNode collection(CollectionSubscription<JsonNode> subscription) {
    ObjectNode shown = object().put("live", subscription.isLive());
    shown.set("members", collected(subscription.members()));
    return shown.put("version", subscription.version());
  }

  private static ArrayNode collected(List<CollectionMember<JsonNode>> members) {
    return all(
        members,
        member ->
            value(new RecordValue<>(member.value(), member.version())).put("id", member.id()));
  }
}
