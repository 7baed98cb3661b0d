// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RScriptAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;

/** Runs {@link Script#VALUES} for several topics in one go, wherever they lie. Used once. */
final class ReadBatch {
  private final Map<Topic, Object[]> arguments = new HashMap<>();
  private final Map<Topic, CompletableFuture<List<Object>>> replies = new HashMap<>();
  private final Function<Topic, String> key;

  /**
   * What to read.
   *
   * @param key under which the values of a topic lie
   */
  ReadBatch(Map<Topic, ? extends Collection<String>> keys, Function<Topic, String> key) {
    this.key = key;
    keys.forEach(
        (topic, names) ->
            arguments.put(
                topic, names.stream().map(name -> (Object) name.getBytes(UTF_8)).toArray()));
  }

  /** The answer for each topic. Fails when one of them has none. */
  CompletionStage<Map<Topic, Reply>> run(RedissonClient redisson) {
    return send(redisson, arguments.keySet(), false)
        .thenCompose(
            done -> {
              List<Topic> unknown =
                  replies.keySet().stream().filter(topic -> isUnknown(replies.get(topic))).toList();
              return unknown.isEmpty()
                  ? CompletableFuture.<Void>completedFuture(null)
                  : send(redisson, List.copyOf(unknown), true);
            })
        .thenApply(
            done -> {
              Map<Topic, Reply> all = new HashMap<>();
              replies.forEach((topic, reply) -> all.put(topic, new Reply(reply.join())));
              return all;
            });
  }

  /** Completes when each run has ended, well or not. */
  private CompletableFuture<Void> send(
      RedissonClient redisson, Collection<Topic> topics, boolean inFull) {
    RBatch batch = redisson.createBatch(BatchOptions.defaults());
    RScriptAsync scripts = batch.getScript(ByteArrayCodec.INSTANCE);
    List<CompletableFuture<List<Object>>> runs =
        topics.stream()
            .map(
                topic -> {
                  CompletableFuture<List<Object>> run = new CompletableFuture<>();
                  replies.put(topic, run);
                  CompletionStage<?> unused =
                      run(scripts, topic, inFull)
                          .<@Nullable Void>handle((value, failure) -> end(run, value, failure));
                  return run;
                })
            .toList();
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
    return CompletableFuture.allOf(runs.toArray(CompletableFuture<?>[]::new))
        .exceptionally(failure -> null);
  }

  private CompletionStage<List<Object>> run(RScriptAsync scripts, Topic topic, boolean inFull) {
    RScript.Mode mode = RScript.Mode.READ_WRITE;
    RScript.ReturnType list = RScript.ReturnType.LIST;
    List<Object> keys = List.of(key.apply(topic));
    Object[] names = arguments.getOrDefault(topic, new Object[0]);
    return inFull
        ? scripts.evalAsync(mode, Script.VALUES.text(), list, keys, names)
        : scripts.evalShaAsync(mode, Script.VALUES.digest(), list, keys, names);
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

  private static boolean isUnknown(@Nullable CompletableFuture<?> run) {
    return run != null
        && run.isCompletedExceptionally()
        && run.handle((value, failure) -> RedisLink.unwrap(failure)).join()
            instanceof RedisNoScriptException;
  }
}
