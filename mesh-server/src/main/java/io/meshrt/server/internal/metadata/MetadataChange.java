// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.patch.JsonMerge;
import org.jspecify.annotations.Nullable;

/** How a value changes; the same in memory, on Redis, on every node. */
public enum MetadataChange {
  /** The new value takes the place of the old one. */
  SET,
  /** The keys of the new value are put over those of the old one. */
  UPDATE,
  /** As {@link #UPDATE}, going into objects that both have. */
  DEEP_MERGE,
  /** The value goes. */
  REMOVE;

  private static final JsonValues JSON = new JsonValues();

  /**
   * The value after this change.
   *
   * @param before JSON, null without a value
   * @return JSON, null without a value
   * @throws CommandException {@code ETOOLARGE} when it would be larger than {@code maxBytes}
   */
  public byte @Nullable [] apply(byte @Nullable [] before, JsonNode value, int maxBytes) {
    JsonNode stored = before == null ? null : JSON.tree(RawJson.ofValid(before));
    JsonNode next =
        switch (this) {
          case SET -> value;
          case UPDATE -> JsonMerge.shallow(stored, value);
          case DEEP_MERGE -> JsonMerge.deep(stored, value);
          case REMOVE -> null;
        };
    if (next == null) {
      return null;
    }
    byte[] bytes = JSON.encode(next).toByteArray();
    if (bytes.length > maxBytes) {
      throw new CommandException(
          ErrorCode.TOO_LARGE,
          "The metadata would have " + bytes.length + " bytes; at most " + maxBytes + ".");
    }
    return bytes;
  }
}
