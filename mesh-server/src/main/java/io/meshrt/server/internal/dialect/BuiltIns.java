// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bare names of the commands the framework itself answers (mesh-protocol 9 and 20.2). */
final class BuiltIns {
  /** What clients without a prefix may ask for; an application may register these names itself. */
  private static final Set<String> BARE =
      Set.of(
          "subscribe-channel",
          "unsubscribe-channel",
          "subscribe-record",
          "unsubscribe-record",
          "publish-record-update",
          "subscribe-presence",
          "unsubscribe-presence");

  private static final Set<String> PREFIXED =
      Set.of(
          "noop",
          "subscribe-channel",
          "unsubscribe-channel",
          "get-channel-history",
          "subscribe-record",
          "unsubscribe-record",
          "publish-record-update",
          "join-room",
          "leave-room",
          "get-connection-metadata",
          "get-my-connection-metadata",
          "set-my-connection-metadata",
          "get-room-metadata",
          "subscribe-presence",
          "unsubscribe-presence",
          "publish-presence-state",
          "clear-presence-state",
          "get-presence-state",
          "subscribe-collection",
          "unsubscribe-collection",
          "transaction");

  /** The former, and what only {@code mesh.v1} has. */
  private static final Set<String> V1 =
      Stream.concat(
              PREFIXED.stream(),
              Stream.of(
                  "authenticate",
                  "restore-rooms",
                  "send-to-room",
                  "publish-channel",
                  "acknowledge-inbox",
                  "get-record"))
          .collect(Collectors.toUnmodifiableSet());

  private BuiltIns() {}

  static boolean contains(Generation generation, String bareName) {
    return names(generation).contains(bareName);
  }

  /** All that clients of this generation may ask for. */
  static Set<String> names(Generation generation) {
    return switch (generation) {
      case BARE -> BARE;
      case MESH, REALTIME -> PREFIXED;
      case V1 -> V1;
      case FOREIGN -> Set.of();
    };
  }
}
