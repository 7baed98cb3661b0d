// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import java.util.LinkedHashMap;
import java.util.Map;

/** Frames about the collection "c". Members are written a=1@3: id, value and version, stamp s3. */
public final class CollectionFrames {
  private CollectionFrames() {}

  /** A call of our own server. */
  public static String call(long id, String command) {
    return "{\"id\":%d,\"command\":\"mesh/%s\",\"payload\":{\"collectionId\":\"c\"}}"
        .formatted(id, command);
  }

  /** A subscription. */
  public static String subscribing(long id) {
    return call(id, "subscribe-collection");
  }

  /** The answer to one, which has all. */
  public static String answer(long id, long version, String... members) {
    return answer(id, version, false, members);
  }

  /** The answer to one. */
  public static String answer(long id, long version, boolean more, String... members) {
    StringBuilder records = new StringBuilder();
    for (String member : members) {
      records.append(records.isEmpty() ? "" : ",").append(member(member)).append('}');
    }
    return Frames.reply(
        id,
        "{\"success\":true,\"records\":[%s],\"version\":%d%s}"
            .formatted(records, version, more ? ",\"more\":true" : ""));
  }

  /** A push that leads from one version to the next. */
  public static Diff diff(long base, long version) {
    return new Diff("\"base\":" + base, version);
  }

  /** A push that tells all. */
  public static Diff reset(long version) {
    return new Diff("\"reset\":true", version);
  }

  /** The push of an end. */
  public static String revoked(String code) {
    return "{\"command\":\"mesh/collection-revoked\",\"payload\":{\"collectionId\":\"c\",\"code\":\"%s\"}}"
        .formatted(code);
  }

  /** Without its end. */
  private static String member(String member) {
    int value = member.indexOf('=');
    int version = member.lastIndexOf('@');
    return "{\"id\":\"%s\",\"record\":%s,\"version\":%s,\"stamp\":\"s%s\""
        .formatted(
            member.substring(0, value),
            member.substring(value + 1, version),
            member.substring(version + 1),
            member.substring(version + 1));
  }

  /** A push that is being written; its text is the frame. */
  public static final class Diff {
    private final Map<String, String> lists = new LinkedHashMap<>();
    private final String from;
    private final long version;
    private boolean more;

    Diff(String from, long version) {
      this.from = from;
      this.version = version;
    }

    /** Who came, where. */
    public Diff added(String member, int at) {
      return put("added", member(member) + ",\"at\":" + at + "}");
    }

    /** Who changed, where. */
    public Diff changed(String member, int at) {
      return put("changed", member(member) + ",\"at\":" + at + "}");
    }

    /** Who went. */
    public Diff removed(String id) {
      return put("removed", "\"" + id + "\"");
    }

    /** The next push belongs to it. */
    public Diff more() {
      more = true;
      return this;
    }

    private Diff put(String list, String entry) {
      lists.merge(list, entry, (before, next) -> before + "," + next);
      return this;
    }

    @Override
    public String toString() {
      StringBuilder payload = new StringBuilder("{\"collectionId\":\"c\"," + from);
      lists.forEach((name, entries) -> payload.append(",\"%s\":[%s]".formatted(name, entries)));
      payload.append(",\"version\":").append(version).append(more ? ",\"more\":true}" : "}");
      return "{\"command\":\"mesh/collection-diff\",\"payload\":" + payload + "}";
    }
  }
}
