// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.meshrt.core.protocol.CommandException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Turns the application's values into JSON and back. Thread-safe. */
public final class JsonValues {
  private final ObjectMapper mapper;
  private final ObjectWriter writer;
  private final ConcurrentHashMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();

  /** With the default mapper. */
  public JsonValues() {
    this(new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
  }

  /** With the application's mapper, which is used as it is and not changed. */
  public JsonValues(ObjectMapper mapper) {
    this.mapper = mapper;
    this.writer = mapper.writer();
  }

  /**
   * The value as JSON; null is JSON's null, a {@link RawJson} is passed through.
   *
   * @throws IllegalArgumentException when the mapper cannot write the value; names its type
   */
  public RawJson encode(@Nullable Object value) {
    if (value == null) {
      return RawJson.NULL;
    }
    if (value instanceof RawJson raw) {
      return raw;
    }
    if (value instanceof String text) {
      return RawJson.ofString(text);
    }
    try {
      return RawJson.ofValid(writer.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          value.getClass().getName() + " cannot be written as JSON", e);
    }
  }

  /**
   * The JSON as a value of the type; JSON's null is what the mapper makes of it, mostly null.
   *
   * @throws CommandException {@code EBADREQUEST} naming the field that does not fit
   */
  public <T> @Nullable T decode(RawJson json, Class<T> type) {
    return decode(json, reader(type));
  }

  /** As {@link #decode(RawJson, Class)}, for types with parameters. */
  public <T> @Nullable T decode(RawJson json, TypeReference<T> type) {
    return decode(json, reader(type.getType()));
  }

  /** As {@link #decode(RawJson, Class)}, for types known at run time only. */
  @SuppressWarnings(
      "TypeParameterUnusedInFormals") // a JavaType does not carry its type as a parameter
  public <T> @Nullable T decode(RawJson json, JavaType type) {
    return decode(json, reader(type));
  }

  /** The JSON as a tree. */
  public JsonNode tree(RawJson json) {
    try {
      return mapper.readTree(json.bytes());
    } catch (IOException e) {
      throw CommandException.badRequest("payload: not a valid value");
    }
  }

  private ObjectReader reader(Type type) {
    return readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)));
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // the reader was made for T by the caller
  private static <T> @Nullable T decode(RawJson json, ObjectReader reader) {
    try {
      return reader.readValue(json.bytes());
    } catch (IOException e) {
      throw CommandException.badRequest("payload: not a valid value");
    }
  }
}
