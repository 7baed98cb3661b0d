// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.tests.harness.Outcomes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What one client knows of a record; its versions only grow, unless Redis loses something. */
final class RecordReplica {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  private final String name;
  private final AtomicInteger losses;
  private final Flaws flaws;
  private final MeshClient client;
  private final String record;
  private final RecordMode mode;
  private final AtomicInteger told = new AtomicInteger();

  // Guarded by this.
  private RecordVersion last = RecordVersion.NONE;
  private int steps;

  private volatile RecordSubscription<JsonNode> subscription;

  RecordReplica(
      String name,
      String record,
      RecordMode mode,
      MeshClient client,
      AtomicInteger losses,
      Flaws flaws)
      throws Exception {
    this.name = name + " of " + record;
    this.losses = losses;
    this.flaws = flaws;
    this.client = client;
    this.record = record;
    this.mode = mode;
    this.subscription = Outcomes.result(follow());
  }

  private CompletableFuture<RecordSubscription<JsonNode>> follow() {
    return client.subscribeRecord(record, JsonNode.class, this::onUpdate, mode);
  }

  /** As often as it takes. */
  private void followAgain() {
    CompletableFuture<?> unused =
        follow()
            .whenComplete(
                (again, failure) -> {
                  if (again != null) {
                    subscription = again;
                  } else if (client.status() != ClientStatus.CLOSED) {
                    LATER.execute(this::followAgain);
                  }
                });
  }

  String name() {
    return name;
  }

  String record() {
    return record;
  }

  RecordValue<JsonNode> held() {
    return subscription.current();
  }

  int told() {
    return told.get();
  }

  private synchronized void onUpdate(RecordUpdate<JsonNode> update) {
    told.incrementAndGet();
    if (update.reason() == Reason.DELETED) {
      onDeleted();
      return;
    }
    RecordVersion next = update.version();
    if (next.equals(last) && next.number() > 0) {
      flaws.add(name + " was told again of " + next);
    } else if (next.number() <= last.number() && last.number() > 0 && ++steps > losses.get()) {
      flaws.add(name + " was told of " + next + " behind " + last);
    }
    last = next;
  }

  /** Nobody deletes it; but where Redis was wiped there is none, which ends the subscription. */
  private void onDeleted() {
    if (losses.get() == 0) {
      flaws.add(name + " was told that it was deleted");
    }
    last = RecordVersion.NONE;
    followAgain();
  }
}
