// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.metadata;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.RemoteMetadata;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.metadata.MetadataView;
import io.meshrt.client.metadata.OwnMetadata;
import io.meshrt.core.codec.RawJson;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The connection's own metadata. What is remembered of it belongs to the state thread. */
public final class MetadataFeature implements OwnMetadata {
  private static final String LANE = ""; // no room has an empty name

  private final BuiltIns builtIns;
  private final MetadataView own;
  private final Remembered remembered = new Remembered();

  /** The metadata of the client that has these built-ins. */
  public MetadataFeature(BuiltIns builtIns) {
    this.builtIns = builtIns;
    this.own = new RemoteMetadata(builtIns, LANE, Names.GET_MY_METADATA, RawJson.EMPTY_OBJECT);
  }

  @Override
  public CompletableFuture<Optional<JsonNode>> get() {
    return own.get();
  }

  @Override
  public <T> CompletableFuture<Optional<T>> get(Class<T> type) {
    return own.get(type);
  }

  @Override
  public <T> CompletableFuture<Optional<T>> get(TypeReference<T> type) {
    return own.get(type);
  }

  @Override
  public CompletableFuture<Void> set(@Nullable Object value) {
    return change(Strategy.REPLACE, value);
  }

  @Override
  public CompletableFuture<Void> update(Object patch) {
    return change(Strategy.MERGE, Objects.requireNonNull(patch, "patch"));
  }

  @Override
  public CompletableFuture<Void> deepMerge(Object patch) {
    return change(Strategy.DEEP_MERGE, Objects.requireNonNull(patch, "patch"));
  }

  @Override
  public MetadataView of(String connectionId) {
    Names.requireName("connectionId", connectionId);
    return new RemoteMetadata(
        builtIns,
        "\n" + connectionId, // no room has such a name
        Names.GET_CONNECTION_METADATA,
        builtIns.json().encode(Map.of("connectionId", connectionId)));
  }

  private CompletableFuture<Void> change(Strategy strategy, @Nullable Object value) {
    JsonNode change;
    try {
      change = builtIns.json().tree(builtIns.json().encode(value));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    PendingReply<Void> reply = builtIns.acknowledgement(Names.SET_MY_METADATA);
    RawJson payload = payload(strategy, change);
    Call.Outcome outcome =
        new Call.Outcome() {
          @Override
          public void onReply(RawJson answer) {
            remembered.add(strategy, change);
            reply.onReply(answer);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            reply.onFailure(failure);
          }
        };
    builtIns.execute(outcome, () -> builtIns.call(LANE, Names.SET_MY_METADATA, payload, outcome));
    return reply.future();
  }

  /** Puts back what was set on a new connection. On the state thread. */
  public void restore() {
    for (Strategy strategy : Strategy.values()) {
      builtIns.restore(
          LANE, Names.SET_MY_METADATA, ClientError.Subject.METADATA, "", new Again(strategy));
    }
  }

  /** Makes again what of the remembered changes has this strategy. */
  private final class Again implements Restore {
    private final Strategy strategy;

    Again(Strategy strategy) {
      this.strategy = strategy;
    }

    @Override
    public boolean wanted() {
      return remembered.change(strategy) != null;
    }

    @Override
    public RawJson payload() {
      return MetadataFeature.this.payload(strategy, remembered.change(strategy));
    }

    @Override
    public void onRestored(RawJson reply) {}

    @Override
    public void onRefused(RuntimeException failure) {
      remembered.forget();
    }
  }

  private RawJson payload(Strategy strategy, @Nullable JsonNode value) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.set("metadata", value);
    if (strategy != Strategy.REPLACE) {
      payload.putObject("options").put("strategy", strategy.wire);
    }
    return builtIns.json().encode(payload);
  }
}
