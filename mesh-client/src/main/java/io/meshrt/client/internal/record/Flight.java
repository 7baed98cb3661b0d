// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.core.codec.RawJson;
import io.meshrt.patch.JsonEquality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One write under way: some edits as the value that they lead to, upon one version. */
final class Flight {
  private final RecordState base;
  private final List<Edit> batch;
  private final RecordState result;

  /** Why it is not known whether it was done. Owned by the state thread. */
  @Nullable RuntimeException doubt;

  /** Whether the newest state is taken for its outcome. Guarded by the {@link Board}. */
  boolean landed;

  /** Whether its edits have to run again if it fails. Guarded by the {@link Board}. */
  boolean doubtful;

  Flight(RecordState base, List<Edit> batch) {
    this.base = base;
    this.batch = List.copyOf(batch);
    this.result = new RecordState(batch.get(batch.size() - 1).result, RecordVersion.NONE);
  }

  RecordState base() {
    return base;
  }

  List<Edit> batch() {
    return batch;
  }

  /** What the server has when it has answered with a version. */
  RecordState outcome(RecordVersion version) {
    return version.equals(base.version()) ? base : new RecordState(result.value(), version);
  }

  /** Whether a state looks like its outcome. Not cheap. */
  boolean leadsTo(RecordState state) {
    JsonNode value = state.value();
    return state.number() == base.number() + 1 && JsonEquality.same(value, result.value());
  }

  RawJson payload(String id) {
    return RecordCalls.write(
        id, result.json(), WriteOptions.defaults().withIfVersion(base.version()));
  }
}
