// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to Redis once there is one. Thread-safe, never blocks. Nothing is sent twice; whatever
 * goes wrong, a call fails with {@code EUNAVAILABLE} within {@link #DEADLINE}.
 */
final class RedisLink {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);
  private static final Duration DEADLINE = Duration.ofMillis(2_400);

  private final Scheduler scheduler;
  private volatile @Nullable RedissonClient client;

  RedisLink(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  void open(RedissonClient connected) {
    client = connected;
  }

  void close() {
    client = null;
  }

  /** Runs a script; its keys lie in one slot. Arguments are texts, numbers or byte arrays. */
  CompletableFuture<Reply> run(Script script, List<String> keys, Object... arguments) {
    List<Object> keyList = List.copyOf(keys);
    Object[] encoded = new Object[arguments.length];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] =
          arguments[i] instanceof byte[] bytes ? bytes : arguments[i].toString().getBytes(UTF_8);
    }
    return call(redisson -> evaluate(redisson, script, keyList, encoded)).thenApply(Reply::new);
  }

  /** Lets a result fail when it does not come in time. */
  void limit(CompletableFuture<?> result) {
    Scheduler.Timer deadline =
        scheduler.schedule(() -> result.completeExceptionally(unavailable()), DEADLINE);
    CompletableFuture<?> unused = result.whenComplete((value, failure) -> deadline.cancel());
  }

  private static CompletionStage<List<Object>> evaluate(
      RedissonClient redisson, Script script, List<Object> keys, Object[] arguments) {
    RScript scripts = redisson.getScript(ByteArrayCodec.INSTANCE);
    CompletionStage<List<Object>> known =
        scripts.evalShaAsync(
            RScript.Mode.READ_WRITE, script.digest(), RScript.ReturnType.LIST, keys, arguments);
    return known.exceptionallyCompose(
        failure ->
            // Then it did not run, so it may be sent again, this time in full.
            unwrap(failure) instanceof RedisNoScriptException
                ? scripts.evalAsync(
                    RScript.Mode.READ_WRITE,
                    script.text(),
                    RScript.ReturnType.LIST,
                    keys,
                    arguments)
                : CompletableFuture.failedFuture(failure));
  }

  /** Any other asynchronous use of Redis. */
  <T> CompletableFuture<T> call(Function<RedissonClient, CompletionStage<T>> command) {
    RedissonClient connected = client;
    if (connected == null) {
      return CompletableFuture.failedFuture(unavailable());
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Scheduler.Timer deadline =
        scheduler.schedule(() -> result.completeExceptionally(unavailable()), DEADLINE);
    try {
      command
          .apply(connected)
          .whenComplete(
              (value, failure) -> {
                deadline.cancel();
                if (failure == null) {
                  result.complete(value);
                } else {
                  log.debug("Redis call failed: {}", unwrap(failure).getClass().getSimpleName());
                  result.completeExceptionally(unavailable());
                }
              });
    } catch (RuntimeException e) {
      deadline.cancel();
      log.debug("Redis call failed: {}", e.getClass().getSimpleName());
      result.completeExceptionally(unavailable());
    }
    return result;
  }

  static CommandException unavailable() {
    return CommandException.unavailable("the cluster cannot be reached");
  }

  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
