// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;

/** What servers are asked about an inbox. */
final class InboxCalls {
  private static final JsonValues JSON = new JsonValues();

  private final InboxOptions options;

  InboxCalls(InboxOptions options) {
    this.options = options;
  }

  /** For the first subscription. */
  RawJson subscribe() {
    ObjectNode payload = payload();
    if (options.fromEnd()) {
      payload.put("from", "end");
    }
    return JSON.encode(payload);
  }

  /** For one that goes on; without a position, where the device has come to. */
  RawJson resume(ChannelPosition position, long timeMillis) {
    ObjectNode payload = payload();
    if (position.isNumbered()) {
      ObjectNode recover = payload.putObject("recover");
      put(recover, position, timeMillis);
    }
    return JSON.encode(payload);
  }

  /** Everything up to here has been handled. */
  RawJson acknowledgement(ChannelPosition position, long timeMillis) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    putDevice(payload);
    put(payload, position, timeMillis);
    return JSON.encode(payload);
  }

  private ObjectNode payload() {
    ObjectNode payload = JsonNodeFactory.instance.objectNode().put("channel", Names.INBOX);
    putDevice(payload);
    return payload;
  }

  private void putDevice(ObjectNode payload) {
    if (!options.device().isEmpty()) {
      payload.put("device", options.device());
    }
  }

  private static void put(ObjectNode object, ChannelPosition position, long timeMillis) {
    object.put("epoch", position.epoch()).put("offset", position.offset());
    if (timeMillis >= 0) {
      object.put("time", timeMillis); // another message may have the number by now
    }
  }
}
