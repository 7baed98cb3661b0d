// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import java.util.List;

/** Frames about the record "r". The stamp of version 7 is s7 unless it is said. */
public final class RecordFrames {
  private RecordFrames() {}

  /** A call of our own server, with more fields, each behind a comma. */
  public static String call(long id, String command, String more) {
    return "{\"id\":%d,\"command\":\"mesh/%s\",\"payload\":{\"recordId\":\"r\"%s}}"
        .formatted(id, command, more);
  }

  /** A first subscription. */
  public static String subscribing(long id, String mode) {
    return call(id, "subscribe-record", ",\"mode\":\"%s\"".formatted(mode));
  }

  /** A further one, of somebody who has a version. */
  public static String resuming(long id, String mode, long version) {
    return call(
        id,
        "subscribe-record",
        ",\"mode\":\"%s\",\"have\":{\"version\":%d,\"stamp\":\"s%d\"}"
            .formatted(mode, version, version));
  }

  /** A write upon a version. */
  public static String writing(long id, String value, long version) {
    return call(
        id,
        "publish-record-update",
        ",\"newValue\":%s,\"options\":{\"ifVersion\":%d,\"ifStamp\":\"s%d\"}"
            .formatted(value, version, version));
  }

  /** The answer to one who asked for it. */
  public static String value(long id, String value, long version) {
    return Frames.reply(
        id,
        "{\"success\":true,\"record\":%s,\"version\":%d,\"stamp\":\"s%d\"}"
            .formatted(value, version, version));
  }

  /** The answer to one who has the version already. */
  public static String unchanged(long id, long version) {
    return Frames.reply(
        id,
        "{\"success\":true,\"unchanged\":true,\"version\":%d,\"stamp\":\"s%d\"}"
            .formatted(version, version));
  }

  /** The answer to one who wrote. */
  public static String written(long id, long version) {
    return Frames.reply(
        id, "{\"success\":true,\"version\":%d,\"stamp\":\"s%d\"}".formatted(version, version));
  }

  /** The answer to one who came too late. */
  public static String conflict(long id) {
    return Frames.failure(id, "ECONFLICT", "Somebody else was first.");
  }

  /** What a push tells by the whole value. */
  public static String full(String record, String value, long version) {
    return "{\"recordId\":\"%s\",\"full\":%s,\"version\":%d,\"stamp\":\"s%d\"}"
        .formatted(record, value, version, version);
  }

  /** What a push tells by one operation of a patch. */
  public static String patch(String record, String operation, long base, long version) {
    return "{\"recordId\":\"%s\",\"patch\":[%s],\"version\":%d,\"stamp\":\"s%d\",\"base\":%d}"
        .formatted(record, operation, version, version, base);
  }

  /** An operation that sets a member. */
  public static String set(String member, Object value) {
    return "{\"op\":\"add\",\"path\":\"/%s\",\"value\":%s}".formatted(member, value);
  }

  /** The push of one of them. */
  public static String update(String told) {
    return push("record-update", told);
  }

  /** The push of several, together. */
  public static String updates(List<String> told) {
    return push("record-updates", "{\"updates\":[%s]}".formatted(String.join(",", told)));
  }

  /** One of several pushes of a group that belong together. */
  public static String part(int group, List<String> told, boolean more) {
    return push(
        "record-updates",
        "{\"updates\":[%s],\"group\":%d%s}"
            .formatted(String.join(",", told), group, more ? ",\"more\":true" : ""));
  }

  /** The push of a deletion. */
  public static String deleted(long version) {
    return push(
        "record-deleted",
        "{\"recordId\":\"r\",\"version\":%d,\"deleted\":true}".formatted(version));
  }

  /** The push of an end. */
  public static String revoked() {
    return push("record-revoked", "{\"recordId\":\"r\"}");
  }

  private static String push(String name, String payload) {
    return "{\"command\":\"mesh/%s\",\"payload\":%s}".formatted(name, payload);
  }
}
