// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientError;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;

/**
 * The server's word that pushes to somebody may have been lost.
 *
 * @param subject to whom they were addressed
 * @param name of the room or identity; else empty
 */
public record Gap(ClientError.Subject subject, String name) {
  private static final JsonValues JSON = new JsonValues();

  /** Reads the payload of the push; a kind nobody knows concerns the whole client. */
  public static Gap read(RawJson payload) {
    JsonNode tree = JSON.tree(payload);
    ClientError.Subject subject =
        switch (tree.path("kind").asText("")) {
          case "room" -> ClientError.Subject.ROOM;
          case "identity" -> ClientError.Subject.IDENTITY;
          case "everyone" -> ClientError.Subject.EVERYONE;
          default -> ClientError.Subject.CLIENT;
        };
    return new Gap(subject, tree.path("name").asText(""));
  }
}
