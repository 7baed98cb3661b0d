// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

/** Frames about rooms and presence. */
public final class PresenceFrames {
  private PresenceFrames() {}

  /** A call of a built-in command about a room, under the prefix that is part of its name. */
  public static String call(long id, String command, String room) {
    return "{\"id\":%d,\"command\":\"%s\",\"payload\":{\"roomName\":\"%s\"}}"
        .formatted(id, command, room);
  }

  /** The payload that tells of a room with these connections, all without metadata and state. */
  public static String present(String... ids) {
    return presentWithStates("{}", ids);
  }

  /** The same, with states. */
  public static String presentWithStates(String states, String... ids) {
    StringBuilder members = new StringBuilder();
    for (String id : ids) {
      members.append(members.length() == 0 ? "" : ",");
      members.append("{\"id\":\"").append(id).append("\",\"metadata\":null}");
    }
    return "{\"success\":true,\"present\":[" + members + "],\"states\":" + states + "}";
  }

  /** A push of a join or leave. */
  public static String moved(String command, String type, String room, String id) {
    return "{\"command\":\"%s\",\"payload\":{\"type\":\"%s\",\"connectionId\":\"%s\",\"roomName\":\"%s\",\"timestamp\":1795211565459}}"
        .formatted(command, type, id, room);
  }

  /** A push of a state. */
  public static String state(String command, String room, String id, String state) {
    return "{\"command\":\"%s\",\"payload\":{\"type\":\"state\",\"connectionId\":\"%s\",\"roomName\":\"%s\",\"state\":%s,\"timestamp\":1795211564353}}"
        .formatted(command, id, room, state);
  }
}
