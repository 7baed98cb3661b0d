// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;

/** JSON as trees that pass on numbers as they came, whatever the application's mapper says. */
public final class ExactJson {
  private static final JsonValues JSON =
      new JsonValues(
          JsonMapper.builder()
              .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
              .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
              .build());

  private ExactJson() {}

  public static JsonNode tree(RawJson json) {
    return JSON.tree(json);
  }

  public static RawJson encode(JsonNode tree) {
    return JSON.encode(tree);
  }
}
