// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Looks into legacy payloads, as far as needed and no further. */
final class LegacyPayload {
  private static final JsonFactory FACTORY = new JsonFactory();

  private LegacyPayload() {}

  /**
   * The failure an error object stands for: exactly the keys error, code and name, all texts. Null
   * for anything else; most results are told apart by their first key.
   */
  static @Nullable CommandException failure(RawJson payload) {
    if (payload.length() < 2 || payload.isNull()) {
      return null;
    }
    try (JsonParser parser = FACTORY.createParser(payload.toByteArray())) {
      return parser.nextToken() == JsonToken.START_OBJECT ? failure(parser) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable CommandException failure(JsonParser parser) throws IOException {
    String error = null;
    String code = null;
    String name = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        return null;
      }
      switch (key) {
        case "error" -> error = parser.getText();
        case "code" -> code = parser.getText();
        case "name" -> name = parser.getText();
        default -> {
          return null;
        }
      }
    }
    if (error == null || code == null || name == null) {
      return null;
    }
    return new CommandException(code.isBlank() ? "ESERVER" : code, error);
  }

  /** Whether a built-in command answers with this that it refuses: false, or success: false. */
  static boolean refusal(RawJson payload) {
    if (payload.length() < 2 || payload.isNull()) {
      return false;
    }
    try (JsonParser parser = FACTORY.createParser(payload.toByteArray())) {
      JsonToken token = parser.nextToken();
      if (token != JsonToken.START_OBJECT) {
        return token == JsonToken.VALUE_FALSE;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean success = parser.currentName().equals("success");
        token = parser.nextToken();
        if (success) {
          return token == JsonToken.VALUE_FALSE;
        }
        parser.skipChildren();
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A payload that is a text; empty when it is none. */
  static String text(RawJson payload) {
    try (JsonParser parser = FACTORY.createParser(payload.toByteArray())) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A payload that is a number; -1 when it is none. */
  static double number(RawJson payload) {
    try (JsonParser parser = FACTORY.createParser(payload.toByteArray())) {
      JsonToken token = parser.nextToken();
      return token != null && token.isNumeric() ? parser.getDoubleValue() : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
