// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link Patch} that leads from one value to another.
 *
 * <p>The patch only adds, removes and replaces, and {@code fast-json-patch} in JavaScript applies
 * it to the same result. Values that are the {@linkplain JsonEquality same} yield a patch without
 * operations. Any thread may call this; neither tree is changed, but the patch holds parts of the
 * later one, which must not be changed any more.
 */
public final class JsonDiff {
  private JsonDiff() {}

  /** As {@link #between(JsonNode, JsonNode, PatchLimits)} within the default limits. */
  public static Optional<Patch> between(@Nullable JsonNode before, @Nullable JsonNode after) {
    return between(before, after, PatchLimits.defaults());
  }

  /**
   * The patch from one value to another, if it is worth sending.
   *
   * <p>A document that begins as {@code null}, Java's or JSON's, and becomes an object with members
   * gets one {@code add} per member. Whenever else the kind of the whole document changes, the
   * patch is one {@code replace} of it.
   *
   * <p>The time is linear in the size of both values: rearranging a long array is given up early.
   *
   * @return empty if the full value is the better thing to send: the patch would pass a limit, or
   *     be larger than both 1 KiB and the value, or would address a member that {@code
   *     fast-json-patch} refuses to touch, such as {@code __proto__}
   * @throws IllegalArgumentException if something in the trees is not JSON, such as NaN
   */
  public static Optional<Patch> between(
      @Nullable JsonNode before, @Nullable JsonNode after, PatchLimits limits) {
    JsonNode old = JsonEquality.orNull(before);
    JsonNode latest = JsonEquality.orNull(after);
    if (old.isNull() && latest.isObject() && !latest.isEmpty()) {
      old = JsonNodeFactory.instance.objectNode();
    }
    if (TreeDiff.sameContainers(old, latest)) {
      return new TreeDiff(limits).between(old, latest);
    }
    if (JsonEquality.sameValue(old, latest)) {
      return Optional.of(new Patch(List.of()));
    }
    var operations = List.<PatchOperation>of(new PatchOperation.Replace("", latest));
    PatchLimits small =
        limits.withMaxValueBytes(Math.min(limits.maxValueBytes(), TreeDiff.SMALL_BYTES));
    return Meter.fits(operations, small) ? Optional.of(new Patch(operations)) : Optional.empty();
  }
}
