// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Patch (RFC 6902): the steps from one version of a document to a later one.
 *
 * <p>{@link JsonDiff} makes patches, {@link #fromJson} reads received ones. Patches are immutable
 * as long as nobody changes the JSON trees inside them, and any thread may use them.
 *
 * @param operations the steps, in order; none when nothing changed
 */
public record Patch(List<PatchOperation> operations) {

  /** Takes a copy of the list. */
  public Patch {
    operations = List.copyOf(operations);
  }

  /**
   * Reads a patch. Members that RFC 6902 does not know are ignored.
   *
   * @throws PatchException with {@link PatchException.Code#MALFORMED} if the JSON is no patch
   */
  public static Patch fromJson(JsonNode json) {
    return new Patch(PatchJson.read(json));
  }

  /**
   * One patch in place of several successive ones, for someone who knows the value before them.
   *
   * <p>It is the difference between that value and the last one: what changed twice or was changed
   * back does not count twice.
   *
   * @param base the value that the first patch applies to
   * @return empty if the full value is the better thing to send, as with {@link JsonDiff#between}
   * @throws PatchException if the patches do not apply to the value one after the other
   */
  public static Optional<Patch> compose(
      List<Patch> successive, @Nullable JsonNode base, PatchLimits limits) {
    JsonNode latest = JsonEquality.orNull(base);
    for (Patch patch : successive) {
      latest = patch.applyTo(latest, limits);
    }
    return JsonDiff.between(base, latest, limits);
  }

  /**
   * One patch in place of several successive ones, without knowing the value.
   *
   * <p>It is their operations one after the other, without those that a later replacement of the
   * whole document makes useless.
   *
   * @param successive patches of which each one applies to the result of the one before
   * @return empty if the limits are passed; then the full value has to be sent
   */
  public static Optional<Patch> concatenate(List<Patch> successive, PatchLimits limits) {
    var joined = new ArrayList<PatchOperation>();
    for (Patch patch : successive) {
      patch.appendTo(joined);
    }
    return Meter.fits(joined, limits) ? Optional.of(new Patch(joined)) : Optional.empty();
  }

  /** Whether the two versions are the same. */
  public boolean isEmpty() {
    return operations.isEmpty();
  }

  /** The patch as it is sent. The array is new; the values in it are those of the operations. */
  public ArrayNode toJson() {
    return PatchJson.write(operations);
  }

  /** Applies this patch within the {@linkplain PatchLimits#defaults() default limits}. */
  public JsonNode applyTo(@Nullable JsonNode base) {
    return applyTo(base, PatchLimits.defaults());
  }

  /**
   * Applies all operations or none.
   *
   * <p>A base of {@code null}, Java's or JSON's, counts as <code>{}</code> for operations on its
   * members: the first patch of a document adds its members to nothing.
   *
   * @param base is not changed
   * @return the next version; it shares unchanged parts with {@code base} and with this patch, so
   *     take a {@code deepCopy()} before changing it by hand
   * @throws PatchException if the patch was made for another value, if a {@code test} fails, or if
   *     a limit is passed
   */
  public JsonNode applyTo(@Nullable JsonNode base, PatchLimits limits) {
    return PatchApplication.apply(this, JsonEquality.orNull(base), limits);
  }

  private void appendTo(List<PatchOperation> earlier) {
    if (isEmpty()) {
      return;
    }
    PatchOperation first = operations.get(0);
    if (replacesDocument(first)) {
      earlier.clear();
    } else if (!earlier.isEmpty()) {
      int end = earlier.size() - 1;
      PatchOperation before = earlier.get(end);
      if (replacesDocument(before) && JsonEquality.same(before.value(), null)) {
        // What follows takes the null for an empty object, which other libraries do not.
        earlier.set(end, new PatchOperation.Replace("", JsonNodeFactory.instance.objectNode()));
      }
    }
    earlier.addAll(operations);
  }

  private static boolean replacesDocument(PatchOperation operation) {
    return operation.kind() == PatchOperation.Kind.REPLACE && operation.path().isEmpty();
  }
}
