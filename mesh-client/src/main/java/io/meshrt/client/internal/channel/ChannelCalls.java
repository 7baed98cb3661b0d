// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;

/** What servers are asked about channels. */
final class ChannelCalls {
  /** As many messages as a page may hold. */
  static final int PAGE = 300;

  private static final JsonValues JSON = new JsonValues();

  private ChannelCalls() {}

  /** For calls that name a channel and nothing else. */
  static RawJson channel(String channel) {
    return JSON.encode(node(channel));
  }

  /** For the first subscription of a channel. */
  static RawJson subscribe(String channel, SubscribeOptions options) {
    ObjectNode payload = node(channel);
    put(payload, "recover", options.from());
    putSince(payload, options);
    int limit = limit(options);
    if (limit > 0) {
      payload.put("historyLimit", limit);
    }
    return JSON.encode(payload);
  }

  /** For a subscription that goes on behind a position. */
  static RawJson resume(String channel, ChannelPosition position) {
    ObjectNode payload = node(channel);
    put(payload, "recover", position);
    return JSON.encode(payload);
  }

  /** The past of a further subscription, for which the server does not begin anew. */
  static RawJson past(String channel, SubscribeOptions options) {
    ObjectNode payload = node(channel).put("limit", limit(options));
    put(payload, "after", options.from());
    putSince(payload, options);
    return JSON.encode(payload);
  }

  /** A page of what is kept. */
  static RawJson history(String channel, HistoryQuery query) {
    ObjectNode payload = node(channel).put("limit", query.limit());
    put(payload, "after", query.after());
    query.sinceTime().ifPresent(time -> payload.put("since", time.toEpochMilli()));
    return JSON.encode(payload);
  }

  /**
   * What follows a position.
   *
   * @param stored whether a store is asked for it, if the server has one
   */
  static RawJson following(String channel, ChannelPosition position, boolean stored) {
    ObjectNode payload = node(channel).put("limit", PAGE);
    put(payload, "after", position);
    if (stored) {
      payload.put("since", position.epoch() + "-" + position.offset());
    }
    return JSON.encode(payload);
  }

  /**
   * A message.
   *
   * @param id empty for none
   */
  static RawJson publish(String channel, RawJson message, String id) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(message.length() + 64);
    write(json, "{\"channel\":", RawJson.ofString(channel));
    write(json, ",\"message\":", message);
    if (!id.isEmpty()) {
      write(json, ",\"id\":", RawJson.ofString(id));
    }
    json.write('}');
    return RawJson.ofValid(json.toByteArray());
  }

  private static void write(ByteArrayOutputStream json, String before, RawJson value) {
    json.writeBytes(before.getBytes(UTF_8));
    json.writeBytes(value.toByteArray());
  }

  private static int limit(SubscribeOptions options) {
    return options.followsPast() ? PAGE : options.historyLimit();
  }

  private static void putSince(ObjectNode payload, SubscribeOptions options) {
    options.sinceTime().ifPresent(time -> payload.put("since", time.toEpochMilli()));
    options.sinceMessage().ifPresent(id -> payload.put("since", id));
  }

  private static ObjectNode node(String channel) {
    return JsonNodeFactory.instance.objectNode().put("channel", channel);
  }

  private static void put(ObjectNode payload, String field, ChannelPosition position) {
    if (position.isNumbered()) {
      payload.putObject(field).put("epoch", position.epoch()).put("offset", position.offset());
    }
  }
}
