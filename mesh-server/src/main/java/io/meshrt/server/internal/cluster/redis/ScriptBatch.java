// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RScriptAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;

/** Runs one script several times over one connection, in order. Used once. */
final class ScriptBatch {
  private final Script script;
  private final List<Object> keys;
  private final List<Object[]> arguments;
  private final List<CompletableFuture<Reply>> replies = new ArrayList<>();

  /** The arguments of each run. */
  ScriptBatch(Script script, List<String> keys, List<Object[]> arguments) {
    this.script = script;
    this.keys = List.copyOf(keys);
    this.arguments = arguments;
    arguments.forEach(run -> replies.add(new CompletableFuture<>()));
  }

  /** Completes when every run has ended, well or not. */
  CompletionStage<List<CompletableFuture<Reply>>> run(RedissonClient redisson) {
    List<CompletableFuture<List<Object>>> runs = send(redisson, 0, 1);
    return over(runs)
        .thenCompose(
            done -> {
              int ended = endOfKnown(runs);
              take(runs.subList(0, ended), 0);
              if (ended == runs.size()) {
                return over(runs);
              }
              // Redis did not know the script, from here to the end: so none of these ran.
              List<CompletableFuture<List<Object>>> again = send(redisson, ended, runs.size());
              return over(again).thenAccept(over -> take(again, ended));
            })
        .thenApply(done -> replies);
  }

  /**
   * The first ones bring the script along, so that Redis knows it for the others; all of them where
   * it has been forgotten in the middle of a batch, since it may be again.
   */
  private List<CompletableFuture<List<Object>>> send(
      RedissonClient redisson, int from, int inFull) {
    RBatch batch = redisson.createBatch(BatchOptions.defaults());
    RScriptAsync scripts = batch.getScript(ByteArrayCodec.INSTANCE);
    List<CompletableFuture<List<Object>>> runs = new ArrayList<>();
    for (Object[] each : arguments.subList(from, arguments.size())) {
      CompletableFuture<List<Object>> run = new CompletableFuture<>();
      runs.add(run);
      CompletableFuture<?> unused =
          run(scripts, runs.size() > inFull, each)
              .<@Nullable Void>handle((value, failure) -> end(run, value, failure))
              .toCompletableFuture();
    }
    CompletableFuture<?> unused =
        batch
            .executeAsync()
            .<@Nullable Void>handle(
                (value, failure) -> {
                  // whatever is not over by now has no answer of its own
                  runs.forEach(run -> end(run, null, failure));
                  return null;
                })
            .toCompletableFuture();
    return runs;
  }

  private CompletionStage<List<Object>> run(RScriptAsync scripts, boolean known, Object[] run) {
    RScript.Mode mode = RScript.Mode.READ_WRITE;
    RScript.ReturnType list = RScript.ReturnType.LIST;
    return known
        ? scripts.evalShaAsync(mode, script.digest(), list, keys, run)
        : scripts.evalAsync(mode, script.text(), list, keys, run);
  }

  private static @Nullable Void end(
      CompletableFuture<List<Object>> run,
      @Nullable List<Object> value,
      @Nullable Throwable failure) {
    if (value != null) {
      run.complete(value);
    } else {
      run.completeExceptionally(failure == null ? RedisLink.unavailable() : failure);
    }
    return null;
  }

  private static CompletableFuture<Void> over(List<CompletableFuture<List<Object>>> runs) {
    return CompletableFuture.allOf(runs.toArray(CompletableFuture<?>[]::new))
        .exceptionally(failure -> null);
  }

  /**
   * Behind the last that Redis knew the script for: what did not run before it has lost its turn.
   */
  private static int endOfKnown(List<CompletableFuture<List<Object>>> runs) {
    int end = runs.size();
    while (end > 0 && isUnknown(runs.get(end - 1))) {
      end--;
    }
    return end;
  }

  private static boolean isUnknown(CompletableFuture<?> run) {
    return run.isCompletedExceptionally()
        && run.handle((value, failure) -> RedisLink.unwrap(failure)).join()
            instanceof RedisNoScriptException;
  }

  private void take(List<CompletableFuture<List<Object>>> runs, int from) {
    for (int i = 0; i < runs.size(); i++) {
      CompletableFuture<Reply> reply = replies.get(from + i);
      CompletableFuture<?> unused =
          runs.get(i)
              .<@Nullable Void>handle(
                  (value, failure) -> {
                    if (failure == null) {
                      reply.complete(new Reply(value));
                    } else {
                      reply.completeExceptionally(failure);
                    }
                    return null;
                  });
    }
  }
}
