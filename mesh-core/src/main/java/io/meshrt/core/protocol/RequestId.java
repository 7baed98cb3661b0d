// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

import java.nio.charset.StandardCharsets;

/**
 * The {@code id} of a request, as it has to be echoed. Legacy clients may send any JSON value as id
 * (mesh-protocol 3, rule 4); {@code mesh.v1} peers send whole numbers from 0 to 2^53-1.
 *
 * @param number the id when it is such a whole number, else -1
 * @param json the id as JSON text
 */
public record RequestId(long number, String json) {
  /** Largest id that every JSON implementation reads back exactly. */
  public static final long MAX_NUMBER = (1L << 53) - 1;

  /** A whole number from 0 to {@link #MAX_NUMBER}. */
  public static RequestId of(long number) {
    if (number < 0 || number > MAX_NUMBER) {
      throw new IllegalArgumentException("number: " + number);
    }
    return new RequestId(number, Long.toString(number));
  }

  /** Any other JSON value, as its exact text. */
  public static RequestId ofJson(String json) {
    return new RequestId(-1, json);
  }

  /** Whether this id is a whole number a {@code mesh.v1} peer may use. */
  public boolean isNumber() {
    return number >= 0;
  }

  /** The bytes to write into the reply. */
  public byte[] utf8() {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
