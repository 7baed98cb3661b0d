// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.patch.Patch;
import io.meshrt.patch.PatchLimits;
import io.meshrt.patch.PatchOperation;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.RecordShapes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A record at one moment, as a node that follows it knows it, and how it came to be. Thread-safe;
 * each form of it is made once, when somebody needs it.
 */
final class RecordState {
  private final String id;
  private final long sequence;
  private final Version version;
  private final @Nullable JsonNode value;
  private final boolean deleted;

  /** How it came from earlier versions without a break, oldest first. */
  private final List<Step> steps;

  private final Map<FormKey, Form> forms = new ConcurrentHashMap<>(4);
  private volatile @Nullable RawJson raw;

  /** The form that was needed last, for those who need the same. */
  private volatile @Nullable Made last;

  private RecordState(
      String id,
      long sequence,
      Version version,
      @Nullable JsonNode value,
      boolean deleted,
      List<Step> steps) {
    this.id = id;
    this.sequence = sequence;
    this.version = version;
    this.value = value;
    this.deleted = deleted;
    this.steps = steps;
  }

  /**
   * As it was read.
   *
   * @param sequence grows with each state of the record on this node
   * @param value null if there is none
   */
  static RecordState read(String id, long sequence, Version version, @Nullable JsonNode value) {
    return new RecordState(id, sequence, version, value, false, List.of());
  }

  /** It was deleted, or its time is over: who followed it is told, and follows no more. */
  static RecordState deleted(String id, long sequence, Version version) {
    return new RecordState(id, sequence, version, null, true, List.of());
  }

  /**
   * What follows this one; throws a {@code PatchException} when the change does not fit.
   *
   * @param limits of the patch
   */
  RecordState next(RecordChange change, long sequence, PatchLimits limits) {
    return switch (change.kind()) {
      case DELETED -> deleted(id, sequence, change.version());
      case VALUE -> read(id, sequence, change.version(), RecordJson.tree(change.json()));
      case PATCH -> patched(change, sequence, limits);
    };
  }

  private RecordState patched(RecordChange change, long sequence, PatchLimits limits) {
    Patch patch = Patch.fromJson(RecordJson.tree(change.json()));
    JsonNode next = patch.applyTo(value, limits);
    Step step = new Step(version, change.version(), change.json());
    // Members added to null are a matter of taste, inside one patch.
    boolean begins = replacesAll(patch) || (value != null && value.isNull());
    List<Step> chain = begins ? List.of(step) : Step.append(steps, step);
    return new RecordState(id, sequence, change.version(), next, false, chain);
  }

  private static boolean replacesAll(Patch patch) {
    return patch.operations().stream().map(PatchOperation::path).anyMatch(String::isEmpty);
  }

  String id() {
    return id;
  }

  long sequence() {
    return sequence;
  }

  Version version() {
    return version;
  }

  @Nullable JsonNode value() {
    return value;
  }

  boolean exists() {
    return value != null;
  }

  boolean isDeleted() {
    return deleted;
  }

  /** The value as JSON, null where there is none. */
  RawJson json() {
    RawJson made = raw;
    if (made == null) {
      made = value == null ? RawJson.NULL : RecordJson.raw(value);
      raw = made;
    }
    return made;
  }

  /**
   * What a client that has the version {@code sent} is to be told; not of a deletion. Of the
   * family's clients, only those that lack a single version are sent a patch.
   */
  Form form(Generation generation, RecordMode mode, Version sent) {
    String base = mode == RecordMode.PATCH ? sent.stamp() : "";
    Made known = last;
    if (known != null && known.key.is(generation, mode, base)) {
      return known.form;
    }
    FormKey key = new FormKey(generation, mode, base);
    Form form = form(key, sent);
    last = new Made(key, form);
    return form;
  }

  private Form form(FormKey key, Version sent) {
    Generation generation = key.generation;
    Form made = forms.get(key);
    if (made == null) {
      made =
          key.mode == RecordMode.PATCH
              ? patchSince(sent, generation)
                  .map(patch -> patchForm(generation, sent, patch))
                  .orElseGet(() -> form(generation, RecordMode.FULL, sent))
              : fullForm(generation);
      Form earlier = forms.putIfAbsent(key, made);
      made = earlier == null ? made : earlier;
    }
    return made;
  }

  /** What the subscribers of a record are told that was deleted. */
  Form deletion(Generation generation) {
    return new Form(generation, RecordShapes.deleted(generation, id, version.number()), true);
  }

  private Form fullForm(Generation generation) {
    return new Form(
        generation,
        RecordShapes.full(generation, id, json(), version.number(), version.stamp()),
        false);
  }

  private Form patchForm(Generation generation, Version sent, RawJson patch) {
    return new Form(
        generation,
        RecordShapes.patch(generation, id, patch, sent.number(), version.number(), version.stamp()),
        false);
  }

  private Optional<RawJson> patchSince(Version sent, Generation generation) {
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    Step last = steps.get(steps.size() - 1);
    if (last.base().equals(sent)) {
      return Optional.of(last.patch());
    }
    return generation == Generation.V1
        ? Step.since(sent, steps).filter(patch -> patch.length() <= json().length())
        : Optional.empty();
  }

  private record FormKey(Generation generation, RecordMode mode, String base) {
    boolean is(Generation otherGeneration, RecordMode otherMode, String otherBase) {
      return generation == otherGeneration && mode == otherMode && base.equals(otherBase);
    }
  }

  private record Made(FormKey key, Form form) {}

  /** One form of it, shared by all who need it. */
  static final class Form {
    private final Generation generation;
    private final RawJson payload;
    private final boolean deleted;
    private volatile byte @Nullable [] frame;

    Form(Generation generation, RawJson payload, boolean deleted) {
      this.generation = generation;
      this.payload = payload;
      this.deleted = deleted;
    }

    RawJson payload() {
      return payload;
    }

    byte[] frame() {
      byte[] made = frame;
      return made == null ? makeFrame() : made;
    }

    private synchronized byte[] makeFrame() {
      byte[] made = frame;
      if (made == null) {
        made = RecordShapes.push(generation, payload, deleted);
        frame = made;
      }
      return made;
    }
  }
}
