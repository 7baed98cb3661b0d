// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.patch.JsonDiff;
import io.meshrt.patch.PatchLimits;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.record.RecordLimits;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values of records as trees and as bytes. Numbers stay as they were written. Trees made here are
 * never changed. Thread-safe.
 */
final class RecordJson {
  /**
   * Threads come and go where they are virtual, so the buffers of Jackson do not belong to them.
   */
  private static final RecyclerPool<BufferRecycler> BUFFERS = JsonRecyclerPools.newBoundedPool(16);

  private static final JsonValues EXACT =
      new JsonValues(
          JsonMapper.builder(JsonFactory.builder().recyclerPool(BUFFERS).build())
              .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
              .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
              .build());

  private final RecordLimits limits;
  private final PatchLimits patchLimits;
  private final ServerMetrics metrics;

  RecordJson(RecordLimits limits, ServerMetrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
    this.patchLimits =
        new PatchLimits(limits.maxPatchOperations(), limits.maxDepth(), limits.maxValueBytes());
  }

  /** Reads and writes trees of records. */
  static JsonValues values() {
    return EXACT;
  }

  /** The limits that patches are found and applied in. */
  PatchLimits patchLimits() {
    return patchLimits;
  }

  static JsonNode tree(RawJson json) {
    return EXACT.tree(json);
  }

  static JsonNode tree(byte[] json) {
    return EXACT.tree(RawJson.ofValid(json));
  }

  static RawJson raw(JsonNode tree) {
    return EXACT.encode(tree);
  }

  /** As it is stored; fails with {@code ETOOLARGE} beyond the limits. */
  byte[] checked(JsonNode value) {
    if (isDeeper(value, limits.maxDepth())) {
      throw tooLarge("The record is nested too deeply.");
    }
    RawJson json = raw(value);
    if (json.length() > limits.maxValueBytes()) {
      throw tooLarge("The record is too large.");
    }
    return json.toByteArray();
  }

  CommandException tooLarge(String message) {
    metrics.limitHit(Limit.RECORD_SIZE);
    return new CommandException(ErrorCode.TOO_LARGE, message);
  }

  /** What leads from one value to another; {@code before} is null where there was none. */
  Change change(@Nullable JsonNode before, JsonNode after) {
    if (before == null && after.isNull()) {
      return Change.value(RawJson.NULL);
    }
    return JsonDiff.between(before, after, patchLimits)
        .map(patch -> patch.isEmpty() ? Change.NONE : Change.patch(raw(patch.toJson())))
        .orElseGet(() -> Change.value(raw(after)));
  }

  /**
   * What leads from one value to another.
   *
   * @param kind whether {@code json} is a patch, or the value itself because that is smaller
   */
  record Change(Kind kind, RawJson json) {
    enum Kind {
      NONE,
      PATCH,
      VALUE
    }

    static final Change NONE = new Change(Kind.NONE, RawJson.NULL);

    static Change patch(RawJson json) {
      return new Change(Kind.PATCH, json);
    }

    static Change value(RawJson json) {
      return new Change(Kind.VALUE, json);
    }

    Optional<RawJson> asPatch() {
      return kind == Kind.PATCH ? Optional.of(json) : Optional.empty();
    }
  }

  private static boolean isDeeper(JsonNode value, int levels) {
    if (!value.isContainerNode()) {
      return false;
    }
    if (levels == 0) {
      return true;
    }
    for (JsonNode inner : value) {
      if (isDeeper(inner, levels - 1)) {
        return true;
      }
    }
    return false;
  }
}
