// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a server tells of a channel's history, when it is asked or subscribed to.
 *
 * @param newest what was asked for as the newest messages, newest first
 * @param following what follows the position that was asked for, oldest first
 * @param head of the channel; {@link ChannelPosition#NONE} without numbers
 * @param answersPosition whether it is the answer to a position, or to a time
 * @param recovered whether nothing is missing before {@code following}
 * @param more whether there is more of what was asked for
 * @param after where {@code following} begins, if the server chose that
 * @param headMillis when the message at the head was accepted, on the server's clock; negative when
 *     it does not say so
 */
public record ChannelPage(
    List<ChannelItem> newest,
    List<ChannelItem> following,
    ChannelPosition head,
    boolean answersPosition,
    boolean recovered,
    boolean more,
    ChannelPosition after,
    long headMillis) {
  /** A reply or push as a tree. */
  public static JsonNode tree(RawJson payload) {
    return ExactJson.tree(payload);
  }

  /**
   * Reads a reply; what makes no sense in it is as if it were not there.
   *
   * @param newestFirst whether the server tells history in that order
   */
  public static ChannelPage read(RawJson payload, boolean newestFirst) {
    JsonNode reply = tree(payload);
    String epoch = reply.path("epoch").asText("");
    long offset = Math.max(0, reply.path("offset").asLong(0));
    List<ChannelItem> history = items(reply.path("history"), epoch);
    if (!newestFirst) {
      Collections.reverse(history);
    }
    return new ChannelPage(
        history,
        items(reply.path("publications"), epoch),
        epoch.isEmpty() ? ChannelPosition.NONE : new ChannelPosition(epoch, offset),
        reply.has("recovered"),
        reply.path("recovered").asBoolean(false),
        reply.path("more").asBoolean(false),
        position(reply.path("after")),
        reply.path("time").asLong(-1));
  }

  /** Reads a push of a message. */
  public static ChannelItem item(JsonNode push) {
    return item(push, "");
  }

  /** A position that a push tells; {@link ChannelPosition#NONE} when it tells none. */
  public static ChannelPosition position(JsonNode push) {
    String epoch = push.path("epoch").asText("");
    return epoch.isEmpty()
        ? ChannelPosition.NONE
        : new ChannelPosition(epoch, Math.max(0, push.path("offset").asLong(0)));
  }

  /** The position before {@code following}: a gap ends there. */
  public ChannelPosition start() {
    ChannelPosition first = following.isEmpty() ? head : following.get(0).position();
    return following.isEmpty() || !first.isNumbered()
        ? first
        : new ChannelPosition(first.epoch(), first.offset() - 1);
  }

  private static List<ChannelItem> items(JsonNode array, String epoch) {
    List<ChannelItem> items = new ArrayList<>();
    for (JsonNode entry : array) {
      items.add(
          entry.isObject()
              ? item(entry, epoch)
              : new ChannelItem(ExactJson.encode(entry), ChannelPosition.NONE, -1));
    }
    return items;
  }

  private static ChannelItem item(JsonNode entry, String pageEpoch) {
    String epoch = entry.path("epoch").asText(pageEpoch);
    JsonNode message = entry.path("message");
    long offset = entry.path("offset").asLong(0);
    return new ChannelItem(
        message.isMissingNode() ? RawJson.NULL : ExactJson.encode(message),
        epoch.isEmpty() || offset < 1 ? ChannelPosition.NONE : new ChannelPosition(epoch, offset),
        entry.path("time").asLong(-1));
  }
}
