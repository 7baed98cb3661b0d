// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.inbox.InboxPosition;
import io.meshrt.server.inbox.Inboxes;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages for identities, without knowing sessions: for nodes and for guests of the cluster.
 * Thread-safe, never blocks.
 */
public final class InboxKeeper implements Inboxes {
  static final String KIND = "inbox";
  private static final int MAX_ID_CHARACTERS = 200;

  private final Topics topics;
  private final Retention retention;
  private final int maxMessageBytes;
  private final JsonValues json;
  private final HandlerThreads threads;
  private final ServerMetrics metrics;

  /**
   * Has kept nothing.
   *
   * @param maxMessageBytes largest message with its name, as JSON
   */
  public InboxKeeper(
      Topics topics,
      InboxOptions options,
      int maxMessageBytes,
      JsonValues json,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.topics = topics;
    this.retention = Retention.keep(options.maxMessages(), options.maxAge());
    this.maxMessageBytes = maxMessageBytes;
    this.json = json;
    this.threads = threads;
    this.metrics = metrics;
  }

  @Override
  public CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload) {
    return keep(identityId, name, payload, Optional.empty());
  }

  @Override
  public CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload, String id) {
    if (id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
      throw new IllegalArgumentException("id: " + id.length() + " characters");
    }
    return keep(identityId, name, payload, Optional.of(id));
  }

  private CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload, Optional<String> id) {
    if (identityId.isEmpty()) {
      throw new IllegalArgumentException("identityId: empty");
    }
    return threads
        .handOver(
            prepare(ApplicationNames.require(name), json.encode(payload), id).apply(identityId))
        .thenApply(position -> new InboxPosition(position.epoch(), position.offset()));
  }

  /**
   * A message, as what keeps it for an identity; written once for all of them. Futures complete on
   * threads of the cluster.
   *
   * @param name checked
   * @param id under which it is kept once
   */
  public Function<String, CompletableFuture<Position>> prepare(
      String name, RawJson payload, Optional<String> id) {
    byte[] message = content(name, payload);
    if (message.length > maxMessageBytes) {
      metrics.limitHit(Limit.INBOX_MESSAGE_BYTES);
      return identity ->
          CompletableFuture.failedFuture(
              new CommandException(
                  ErrorCode.TOO_LARGE, "message: larger than " + maxMessageBytes + " bytes"));
    }
    return identity ->
        topics
            .publish(new Topic(KIND, identity), new Outgoing(message, retention, id))
            .thenApply(
                position -> {
                  metrics.inboxes().published();
                  return position;
                });
  }

  /** A message as inboxes keep it. */
  private static byte[] content(String name, RawJson payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length() + 64);
    bytes.writeBytes("{\"name\":".getBytes(UTF_8));
    bytes.writeBytes(RawJson.ofString(name).toByteArray());
    bytes.writeBytes(",\"payload\":".getBytes(UTF_8));
    bytes.writeBytes(payload.toByteArray());
    bytes.write('}');
    return bytes.toByteArray();
  }
}
