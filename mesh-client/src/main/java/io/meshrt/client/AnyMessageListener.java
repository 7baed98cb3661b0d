// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;

/** Told of every push of the server, whatever its name; otherwise as {@link MessageListener}. */
@FunctionalInterface
public interface AnyMessageListener {
  /**
   * Takes one message.
   *
   * @param name the name the server gave it
   * @param payload a null node when the server sent none
   * @throws Exception is reported to the error listeners
   */
  void onMessage(String name, JsonNode payload) throws Exception;
}
