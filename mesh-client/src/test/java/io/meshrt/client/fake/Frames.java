// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import io.meshrt.core.codec.Welcome;

/** Frames that servers send. */
public final class Frames {
  /** The first frame of a legacy server. */
  public static final String MESH_ASSIGN_ID =
      "{\"command\":\"mesh/assign-id\",\"payload\":\"conn-41\"}";

  /** The first frame of a legacy server of the latest generation. */
  public static final String RT_ASSIGN_ID =
      "{\"command\":\"rt/assign-id\",\"payload\":\"conn-41\"}";

  private Frames() {}

  /** The first frame of our own server. */
  public static String welcome() {
    return welcome(64, 1_024, 1_048_576, 327_680);
  }

  /** The same, with limits. */
  public static String welcome(int running, int waiting, int waitingBytes, int messageBytes) {
    return frame(
        new Welcome(
            "n1-conn-7", "n1", 30_000, 1, messageBytes, running, waiting, waitingBytes, 5, null));
  }

  /** The same, to a client that the server knows. */
  public static String welcome(String identity) {
    return frame(
        new Welcome("n1-conn-7", "n1", 30_000, 1, 327_680, 64, 1_024, 1_048_576, 5, identity));
  }

  private static String frame(Welcome welcome) {
    return "{\"command\":\"mesh/welcome\",\"payload\":" + welcome.toJson() + "}";
  }

  /** A reply of our own server. */
  public static String reply(long id, String payload) {
    return "{\"id\":" + id + ",\"payload\":" + payload + "}";
  }

  /** A failure of our own server. */
  public static String failure(long id, String code, String message) {
    return "{\"id\":%d,\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}"
        .formatted(id, code, message);
  }

  /** A reply of a legacy server. */
  public static String legacyReply(long id, String command, String payload) {
    return "{\"id\":%d,\"command\":\"%s\",\"payload\":%s}".formatted(id, command, payload);
  }
}
