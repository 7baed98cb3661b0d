// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.record.RecordListener;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordUpdate.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that writes down what it is told. */
class Log<T> implements RecordListener<T> {
  final List<RecordUpdate<T>> updates = new CopyOnWriteArrayList<>();
  volatile boolean ended;

  @Override
  public void onUpdate(RecordUpdate<T> update) throws Exception {
    updates.add(update);
  }

  @Override
  public void onEnded() {
    ended = true;
  }

  /** Waits until a value is the last one told. */
  void awaitValue(T value) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !updates.isEmpty() && value.equals(last().value()));
  }

  /** Waits until it is told for a reason. */
  RecordUpdate<T> awaitReason(Reason reason) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> updates.stream().anyMatch(update -> update.reason() == reason));
    return updates.stream().filter(update -> update.reason() == reason).findFirst().orElseThrow();
  }

  /** Numbers of the versions told. */
  List<Long> versions() {
    return updates.stream().map(update -> update.version().number()).toList();
  }

  private RecordUpdate<T> last() {
    return updates.get(updates.size() - 1);
  }
}
