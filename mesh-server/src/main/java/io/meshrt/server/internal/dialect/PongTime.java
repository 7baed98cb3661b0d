// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.meshrt.core.codec.RawJson;
import java.io.IOException;

/** Reads {@code {"t":<number>}}. */
final class PongTime {
  private static final JsonFactory JSON = new JsonFactory();

  private PongTime() {}

  /** The number, or -1 when there is none that a ping of ours could have carried. */
  static long read(RawJson payload) {
    try (JsonParser parser = JSON.createParser(payload.toByteArray())) {
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
