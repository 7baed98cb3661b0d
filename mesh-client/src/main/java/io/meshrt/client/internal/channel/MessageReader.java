// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds messages to the type a listener wants. Thread-safe. */
final class MessageReader<T> {
  private final JsonValues json;
  private final Decoder<T> decoder;

  private interface Decoder<T> {
    @Nullable T decode(RawJson message);
  }

  private MessageReader(JsonValues json, Decoder<T> decoder) {
    this.json = json;
    this.decoder = decoder;
  }

  static <T> MessageReader<T> of(JsonValues json, Class<T> type) {
    return new MessageReader<>(json, message -> json.decode(message, type));
  }

  static <T> MessageReader<T> of(JsonValues json, TypeReference<T> type) {
    return new MessageReader<>(json, message -> json.decode(message, type));
  }

  /** Throws {@link CommandException} when the message does not fit. */
  ChannelMessage<T> read(ChannelItem item) {
    return new ChannelMessage<>(
        decode(item.message()),
        item.position(),
        item.timeMillis() < 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(item.timeMillis())));
  }

  private @Nullable T decode(RawJson message) {
    try {
      return decoder.decode(message);
    } catch (CommandException e) {
      RawJson inner = textAsJson(message);
      if (inner == null) {
        throw e;
      }
      return decoder.decode(inner);
    }
  }

  /** Older servers send everything as a text. Null when it is none, or not JSON. */
  private @Nullable RawJson textAsJson(RawJson message) {
    String text = json.tree(message).textValue();
    if (text == null) {
      return null;
    }
    try {
      return RawJson.parse(text);
    } catch (RuntimeException e) {
      return null;
    }
  }
}
