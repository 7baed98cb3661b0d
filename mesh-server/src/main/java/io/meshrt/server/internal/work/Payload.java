// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.meshrt.core.codec.RawJson;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads payloads that came through the cluster, where anybody may write: each is one JSON value, or
 * none. What the protocol asks besides was checked where it came in, or is the application's.
 */
final class Payload {
  private static final JsonFactory JSON = new JsonFactory();

  private Payload() {}

  /** Takes the bytes if they are one value. */
  static Optional<RawJson> of(byte[] owned) {
    try (JsonParser parser = JSON.createParser(owned)) {
      boolean any = parser.nextToken() != null;
      parser.skipChildren();
      return any && parser.nextToken() == null
          ? Optional.of(RawJson.ofValid(owned))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
