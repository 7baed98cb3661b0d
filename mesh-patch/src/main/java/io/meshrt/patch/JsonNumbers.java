// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Compares number nodes by the decimal value that they have when written as JSON. */
final class JsonNumbers {
  private JsonNumbers() {}

  static boolean same(JsonNode a, JsonNode b) {
    NumberType typeOfA = requireFinite(a).numberType();
    NumberType typeOfB = requireFinite(b).numberType();
    if (isLong(typeOfA) && isLong(typeOfB)) {
      return a.longValue() == b.longValue();
    }
    if (typeOfA == NumberType.DOUBLE && typeOfB == NumberType.DOUBLE) {
      return a.doubleValue() == b.doubleValue();
    }
    return decimal(a).compareTo(decimal(b)) == 0;
  }

  /** The same for numbers that are the same. */
  static int hash(JsonNode number) {
    double rounded =
        requireFinite(number).isFloat()
            ? Double.parseDouble(number.asText())
            : number.doubleValue();
    return Double.hashCode(rounded + 0.0); // -0.0 becomes 0.0
  }

  static int textLength(JsonNode number) {
    if (!isLong(requireFinite(number).numberType())) {
      return number.asText().length();
    }
    long value = number.longValue();
    int length = value < 0 ? 2 : 1;
    while ((value /= 10) != 0) {
      length++;
    }
    return length;
  }

  private static JsonNode requireFinite(JsonNode number) {
    if (number.isFloatingPointNumber() && !number.isBigDecimal()) {
      if (!Double.isFinite(number.doubleValue())) {
        throw new IllegalArgumentException("not a JSON number: " + number.doubleValue());
      }
    }
    return number;
  }

  private static boolean isLong(NumberType type) {
    return type == NumberType.INT || type == NumberType.LONG;
  }

  private static BigDecimal decimal(JsonNode number) {
    // A float is written with fewer digits than the double of the same value.
    return number.isFloat() ? new BigDecimal(number.asText()) : number.decimalValue();
  }
}
