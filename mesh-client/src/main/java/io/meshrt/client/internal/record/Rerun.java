// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies edits to a state. Used by one thread, without the lock; the edits stay as they are. */
final class Rerun {
  private final RecordState base;
  private final @Nullable Flight flight;
  private final List<Edit> edits;
  private final Map<Edit, JsonNode> results = new LinkedHashMap<>();
  private final Map<Edit, Throwable> failures = new LinkedHashMap<>();
  private JsonNode value;
  private boolean landed;
  private boolean doubtful;
  private boolean touched;

  private Rerun(RecordState base, JsonNode value, @Nullable Flight flight, List<Edit> edits) {
    this.base = base;
    this.value = value;
    this.flight = flight;
    this.edits = edits;
  }

  /**
   * To apply all edits anew.
   *
   * @param flight a write under way of the first of them, null if there is none
   */
  static Rerun anew(RecordState base, @Nullable Flight flight, List<Edit> edits) {
    return new Rerun(base, base.value(), flight, edits);
  }

  /** To apply further edits to the value that earlier ones led to. */
  static Rerun further(RecordState base, JsonNode value, List<Edit> edits) {
    return new Rerun(base, value, null, edits);
  }

  /** Runs the application's functions. */
  void run() {
    List<Edit> flying = flight == null ? List.of() : flight.batch();
    landed = flight != null && flight.leadsTo(base);
    for (Edit edit : edits) {
      if (landed && flying.contains(edit)) {
        results.put(edit, value);
      } else {
        apply(edit, flying.contains(edit));
      }
    }
  }

  /** What fails while it is under way is decided by its outcome. */
  private void apply(Edit edit, boolean flying) {
    try {
      value = edit.applyTo(value);
      touched = true;
      results.put(edit, value);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      if (flying) {
        doubtful = true;
        results.put(edit, value);
      } else {
        failures.put(edit, e);
      }
    }
  }

  RecordState base() {
    return base;
  }

  /** Whether the write under way seems to be in the base. */
  boolean landed() {
    return landed;
  }

  /** Whether it would look otherwise if the write under way had not been. */
  boolean doubtful() {
    return landed || doubtful;
  }

  /** Those that were applied, in order, with what they led to. */
  List<Edit> applied() {
    return new ArrayList<>(results.keySet());
  }

  /** To be called under the lock. */
  void keepResults() {
    results.forEach((edit, result) -> edit.result = result);
  }

  Map<Edit, Throwable> failures() {
    return failures;
  }

  /** How the record looks with them. */
  RecordState look() {
    return touched ? new RecordState(value, base.version()) : base;
  }
}
