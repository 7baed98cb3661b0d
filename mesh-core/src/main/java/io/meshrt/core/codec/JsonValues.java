// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshrt.core.protocol.CommandException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the application's values into JSON and back, with the application's {@link ObjectMapper} or
 * one of its own.
 *
 * <p>Its own one differs from Jackson's defaults in three ways: fields a type does not know are
 * ignored, so that a newer peer may send more; {@code 1.5} is not cut to fit a whole number; dates
 * are written as ISO 8601 text. It knows records, but not {@code java.time} and {@code Optional},
 * which need Jackson's modules: give a mapper with those.
 *
 * <p>Whatever the mapper says, a {@code String} is a JSON string and a {@link RawJson} is copied as
 * it is; a surrogate without its other half is written as U+FFFD; nothing is indented. A mapper
 * that writes raw values vouches for them.
 *
 * <p>Thread-safe; one instance per server or client, which remembers how to read each type.
 */
public final class JsonValues {
  private final ObjectMapper mapper;
  private final ObjectWriter writer;
  private final ConcurrentHashMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();

  /** With a mapper of its own. */
  public JsonValues() {
    this(
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build());
  }

  /**
   * With the application's mapper, which stays unchanged.
   *
   * @throws IllegalArgumentException when it writes another format than JSON, or has default
   *     typing, which lets a peer name the classes to create
   */
  public JsonValues(ObjectMapper mapper) {
    if (!mapper.getFactory().getFormatName().equals("JSON")) {
      throw new IllegalArgumentException("mapper: writes " + mapper.getFactory().getFormatName());
    }
    JavaType anything = mapper.constructType(Object.class);
    if (mapper.getDeserializationConfig().getDefaultTyper(anything) != null) {
      throw new IllegalArgumentException("mapper: has default typing");
    }
    this.mapper = mapper;
    this.writer =
        mapper
            .writer()
            .without(SerializationFeature.INDENT_OUTPUT)
            .withFeatures(
                JsonWriteFeature.QUOTE_FIELD_NAMES,
                JsonWriteFeature.WRITE_NAN_AS_STRINGS,
                JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8);
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
      byte[] json = writer.writeValueAsBytes(value);
      JsonStrings.replaceLoneSurrogateEscapes(json);
      return RawJson.ofValid(json);
    } catch (JsonProcessingException | StackOverflowError e) {
      throw new IllegalArgumentException(
          "cannot be written as JSON: a value of " + value.getClass().getName(), e);
    }
  }

  /**
   * The JSON as a value of the type; JSON's null is what the mapper makes of it, mostly null.
   *
   * @throws CommandException {@code EBADREQUEST} naming the field that does not fit; or the one
   *     that the type's own constructor or setter threw
   * @throws IllegalArgumentException when the mapper cannot read the type at all
   */
  public <T> @Nullable T decode(RawJson json, Class<T> type) {
    if (type == RawJson.class) {
      return type.cast(json);
    }
    if (type == String.class && json.bytes()[0] == '"') {
      return type.cast(JsonStrings.unquote(json.bytes()));
    }
    return decode(json, reader(type));
  }

  /** As {@link #decode(RawJson, Class)}, for types with parameters. */
  public <T> @Nullable T decode(RawJson json, TypeReference<T> type) {
    return decode(json, reader(type.getType()));
  }

  /** As {@link #decode(RawJson, Class)}, for types known at run time only. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // a JavaType has no type parameter to carry it
  public <T> @Nullable T decode(RawJson json, JavaType type) {
    return decode(json, reader(type));
  }

  /** The JSON as a tree, which belongs to the caller. */
  public JsonNode tree(RawJson json) {
    JsonNode tree = decode(json, JsonNode.class);
    return tree == null ? mapper.getNodeFactory().nullNode() : tree;
  }

  private ObjectReader reader(Type type) {
    ObjectReader known = readers.get(type);
    return known != null
        ? known
        : readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)));
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // the reader was made for T by the caller
  private static <T> @Nullable T decode(RawJson json, ObjectReader reader) {
    try {
      return reader.readValue(json.bytes());
    } catch (InvalidDefinitionException e) {
      throw new IllegalArgumentException("cannot be read from JSON: " + e.getType(), e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw thrownByTheTypeOr(CommandException.badRequest(DecodeProblem.describe(e)), e);
    }
  }

  private static CommandException thrownByTheTypeOr(CommandException other, Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof CommandException own) {
        return own;
      }
      cause = cause.getCause();
    }
    return other;
  }
}
