// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import io.meshrt.core.protocol.CommandException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Merges numbers into a record under one key, each until it is acknowledged. Thread-safe. */
final class RecordWriter {
  private static final WriteOptions MERGE =
      WriteOptions.defaults().withStrategy(WriteStrategy.MERGE);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  /** How a write may fail while something is wrong. */
  private static final Set<String> EXPECTED = Set.of("ETIMEOUT", "CONNECTION_LOST", "EUNAVAILABLE");

  private final String key;
  private final String record;
  private final MeshClient client;
  private final Flaws flaws;

  // Guarded by this.
  private int acknowledged;
  private int failures;
  private int pauseAt = Integer.MAX_VALUE;
  private boolean paused = true;
  private boolean stopped;

  RecordWriter(String key, String record, MeshClient client, Flaws flaws) {
    this.key = key;
    this.record = record;
    this.client = client;
    this.flaws = flaws;
  }

  String key() {
    return key;
  }

  String record() {
    return record;
  }

  synchronized int acknowledged() {
    return acknowledged;
  }

  synchronized int failures() {
    return failures;
  }

  /** Begins, or goes on. */
  void start() {
    synchronized (this) {
      pauseAt = Integer.MAX_VALUE;
      paused = false;
    }
    write();
  }

  /** Pauses when one more was acknowledged that had not been begun yet. */
  synchronized void pauseAfterOneMore() {
    pauseAt = acknowledged + 2;
  }

  synchronized boolean isPaused() {
    return paused;
  }

  synchronized void stop() {
    stopped = true;
  }

  private void write() {
    int number;
    synchronized (this) {
      paused = acknowledged >= pauseAt;
      if (paused || stopped) {
        return;
      }
      number = acknowledged + 1;
    }
    CompletableFuture<?> unused =
        client
            .publishRecordUpdate(record, Map.of(key, number), MERGE)
            .whenComplete(
                (version, failure) -> {
                  onEnd(number, version, failure);
                  LATER.execute(this::write);
                });
  }

  private synchronized void onEnd(
      int number, @Nullable RecordVersion version, @Nullable Throwable failure) {
    if (version != null) {
      acknowledged = number;
      return;
    }
    failures++;
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof CommandException refusal && EXPECTED.contains(refusal.code()))) {
      flaws.add(key + " could not write " + number + ": " + cause);
    }
  }
}
