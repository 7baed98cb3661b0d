// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Fields;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what clients ask for; what does not fit fails with {@code EBADREQUEST}. */
final class ChannelRequests {
  /** What clients get that do not say how much they want (mesh-protocol 9). */
  private static final int DEFAULT_LIMIT = 50;

  /** Stands for all limits beyond a page, so that those who ask for too much share their reads. */
  private static final int ANY = HistoryRequest.MAX_MESSAGES + 1;

  private static final int MAX_ID_CHARACTERS = 128;
  private static final double MAX_EXACT = 1L << 53;

  private final JsonValues json;

  ChannelRequests(JsonValues json) {
    this.json = json;
  }

  /**
   * History that is wanted.
   *
   * @param limit most messages, of which a page may hold fewer; 0 for none
   * @param after where to begin; {@link Position#NONE} for the newest
   * @param since what a store is asked for, if there is one
   */
  record Wanted(String channel, int limit, Position after, ChannelStore.@Nullable Since since) {}

  /**
   * A message to be published.
   *
   * @param id null without one
   */
  record Message(String channel, RawJson message, @Nullable String id) {}

  String channel(Request request) {
    return Fields.of(request, json).name("channel");
  }

  /** What is wanted together with a subscription. */
  Wanted subscription(Request request) {
    Fields fields = Fields.of(request, json);
    Position recover = Position.NONE;
    int limit = limit(fields, "historyLimit", 0);
    if (request.generation() == Generation.V1) {
      recover = position(fields, "recover");
      limit = recover.isNumbered() ? HistoryRequest.MAX_MESSAGES : limit;
    }
    return new Wanted(fields.name("channel"), limit, recover, since(fields));
  }

  /** What is wanted of the history alone. */
  Wanted history(Request request) {
    Fields fields = Fields.of(request, json);
    Position after =
        request.generation() == Generation.V1 ? position(fields, "after") : Position.NONE;
    return new Wanted(
        fields.name("channel"), limit(fields, "limit", DEFAULT_LIMIT), after, since(fields));
  }

  Message message(Request request) {
    Fields fields = Fields.of(request, json);
    Optional<String> id = fields.text("id");
    if (id.isPresent() && (id.get().isEmpty() || id.get().length() > MAX_ID_CHARACTERS)) {
      throw fields.unfit("id", "empty, or longer than " + MAX_ID_CHARACTERS + " characters");
    }
    return new Message(
        fields.name("channel"), json.encode(fields.value("message")), id.orElse(null));
  }

  private static int limit(Fields fields, String field, int absent) {
    double limit = Math.floor(fields.number(field).orElse(absent));
    return (int) Math.max(0, Math.min(limit, ANY));
  }

  static Position position(Fields fields, String field) {
    return position(fields.inner(field));
  }

  /** The position that an object is; {@link Position#NONE} without an epoch. */
  static Position position(Fields position) {
    Optional<String> epoch = position.text("epoch");
    double offset = position.number("offset").orElse(0);
    if (epoch.isEmpty()) {
      return Position.NONE;
    }
    if (epoch.get().isEmpty() || epoch.get().length() > MAX_ID_CHARACTERS) {
      throw position.unfit("epoch", "empty or too long");
    }
    if (offset < 0 || offset > MAX_EXACT || offset != Math.floor(offset)) {
      throw position.unfit("offset", "not the number of a message");
    }
    return new Position(epoch.get(), (long) offset);
  }

  private static ChannelStore.@Nullable Since since(Fields fields) {
    Optional<JsonNode> since = fields.optional("since");
    if (since.isEmpty()) {
      return null;
    }
    JsonNode value = since.get();
    if (value.isNumber()) {
      return new ChannelStore.SinceTime(value.longValue());
    }
    if (!value.isTextual() || value.textValue().length() > MAX_ID_CHARACTERS) {
      throw fields.unfit("since", "neither a time nor an id");
    }
    return new ChannelStore.SinceMessage(value.textValue());
  }
}
