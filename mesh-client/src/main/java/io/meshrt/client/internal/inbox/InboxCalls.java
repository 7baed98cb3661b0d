// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.internal.channel.Asking;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;

/** What servers are asked about an inbox. */
final class InboxCalls implements Asking {
  private static final JsonValues JSON = new JsonValues();

  private final InboxOptions options;

  InboxCalls(InboxOptions options) {
    this.options = options;
  }

  @Override
  public boolean beginsWithUnread() {
    return true;
  }

  @Override
  public RawJson subscribe(SubscribeOptions unused) {
    ObjectNode payload = payload();
    if (options.fromEnd()) {
      payload.put("from", "end");
    }
    return JSON.encode(payload);
  }

  @Override
  public RawJson resume(ChannelPosition position, long timeMillis) {
    ObjectNode payload = payload();
    if (position.isNumbered()) {
      ObjectNode recover = payload.putObject("recover");
      put(recover, position);
      if (timeMillis >= 0) {
        recover.put("time", timeMillis); // another message may have the number by now
      }
    }
    return JSON.encode(payload);
  }

  /** Everything up to here has been handled. */
  RawJson acknowledgement(ChannelPosition position) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    putDevice(payload);
    put(payload, position);
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

  private static void put(ObjectNode object, ChannelPosition position) {
    object.put("epoch", position.epoch()).put("offset", position.offset());
  }
}
