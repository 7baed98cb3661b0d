// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.hook;

import com.fasterxml.jackson.databind.JsonNode;

/** A message that came from a client or goes to some. Immutable, thread-safe. */
public interface ObservedMessage {
  /** Of a command of a client, the command; else what clients listen to. */
  String name();

  /** A copy of the payload, made at each call; JSON null when there was none. */
  JsonNode payload();
}
