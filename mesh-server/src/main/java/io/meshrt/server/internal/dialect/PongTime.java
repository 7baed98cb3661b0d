// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.meshrt.core.codec.RawJson;
import java.io.IOException;

/**
 * Reads {@code {"t":<number>}}. Keys are not remembered, as Jackson would: a peer chooses them, and
 * can choose new ones each time.
 */
final class PongTime {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  /** Longer than any echo of ours. */
  private static final int MAX_BYTES = 256;

  private PongTime() {}

  /** The number, or -1 when there is none that a ping of ours could have carried. */
  static long read(RawJson payload) {
    if (payload.length() > MAX_BYTES) {
      return -1;
    }
    try (JsonParser parser = JSON.createParser(payload.toString())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return -1;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean time = parser.currentName().equals("t");
        if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && time) {
          return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? -1
              : parser.getLongValue();
        }
        parser.skipChildren();
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }
}
