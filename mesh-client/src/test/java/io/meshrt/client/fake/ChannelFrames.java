// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Frames about channels. A message of number 7 is the JSON number 7, accepted at 1007 ms. */
public final class ChannelFrames {
  private ChannelFrames() {}

  /** A call about a channel, under the prefix that is part of its name. */
  public static String call(long id, String command, String channel) {
    return call(id, command, channel, "");
  }

  /** The same, with more fields, each behind a comma. */
  public static String call(long id, String command, String channel, String more) {
    return "{\"id\":%d,\"command\":\"%s\",\"payload\":{\"channel\":\"%s\"%s}}"
        .formatted(id, command, channel, more);
  }

  /** What is read behind a position. */
  public static String reading(long id, String channel, String epoch, long offset) {
    return call(
        id,
        "mesh/get-channel-history",
        channel,
        ",\"limit\":300,\"after\":{\"epoch\":\"%s\",\"offset\":%d}".formatted(epoch, offset));
  }

  /** A subscription that goes on behind a position. */
  public static String resuming(long id, String channel, String epoch, long offset) {
    return call(
        id,
        "mesh/subscribe-channel",
        channel,
        ",\"recover\":{\"epoch\":\"%s\",\"offset\":%d}".formatted(epoch, offset));
  }

  /** The push of a message with a number. */
  public static String message(String channel, String epoch, long offset) {
    return "{\"command\":\"mesh/subscription-message\",\"payload\":{\"channel\":\"%s\",\"message\":%d,\"epoch\":\"%s\",\"offset\":%d,\"time\":%d}}"
        .formatted(channel, offset, epoch, offset, 1_000 + offset);
  }

  /** The push of a message without a number. */
  public static String message(String channel, String json) {
    return push("mesh/subscription-message", channel, json);
  }

  /** The push of a message, under a name with a prefix or without. */
  public static String push(String command, String channel, String json) {
    return "{\"command\":\"%s\",\"payload\":{\"channel\":\"%s\",\"message\":%s}}"
        .formatted(command, channel, json);
  }

  /** The push of a gap. */
  public static String gap(String channel, String epoch, long offset) {
    return "{\"command\":\"mesh/channel-gap\",\"payload\":{\"channel\":\"%s\",\"epoch\":\"%s\",\"offset\":%d}}"
        .formatted(channel, epoch, offset);
  }

  /** The push of the end. */
  public static String revoked(String channel) {
    return "{\"command\":\"mesh/channel-revoked\",\"payload\":{\"channel\":\"%s\"}}"
        .formatted(channel);
  }

  /** An answer without history, of a channel without numbers. */
  public static String unnumbered() {
    return "{\"success\":true,\"history\":[]}";
  }

  /** An answer without history. */
  public static String head(String epoch, long offset) {
    return "{\"success\":true,\"history\":[],\"epoch\":\"%s\",\"offset\":%d}"
        .formatted(epoch, offset);
  }

  /** An answer with the newest messages down to {@code oldest}. */
  public static String newest(String epoch, long head, long oldest) {
    LongStream offsets = LongStream.rangeClosed(oldest, head).map(n -> head + oldest - n);
    return "{\"success\":true,\"history\":[%s],\"epoch\":\"%s\",\"offset\":%d}"
        .formatted(entries(offsets), epoch, head);
  }

  /** An answer with what follows a position, and perhaps more behind it. */
  public static String following(
      String epoch, long head, boolean recovered, long first, long last) {
    return "{\"success\":true,\"history\":[],\"epoch\":\"%s\",\"offset\":%d,\"recovered\":%s,\"publications\":[%s]%s}"
        .formatted(
            epoch,
            head,
            recovered,
            entries(LongStream.rangeClosed(first, last)),
            last < head ? ",\"more\":true" : "");
  }

  private static String entries(LongStream offsets) {
    return offsets
        .mapToObj(n -> "{\"message\":%d,\"offset\":%d,\"time\":%d}".formatted(n, n, 1_000 + n))
        .collect(Collectors.joining(","));
  }
}
