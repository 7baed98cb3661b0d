// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.VectorCalls.Outcome;
import io.meshrt.client.collection.CollectionListener;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.CollectionUpdate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What the application of a test vector does with collections. */
final class VectorCollections {
  private final MeshClient client;
  private final Map<String, CompletableFuture<? extends AutoCloseable>> handles;

  VectorCollections(
      MeshClient client, Map<String, CompletableFuture<? extends AutoCloseable>> handles) {
    this.client = client;
    this.handles = handles;
  }

  @SuppressWarnings("unchecked") // all records of vectors are trees
  private CollectionSubscription<JsonNode> handle(JsonNode step) {
    return (CollectionSubscription<JsonNode>) handles.get(step.get("on").textValue()).join();
  }

  Outcome make(String call, JsonNode step, Consumer<JsonNode> listener) {
    String id = step.path("collectionId").asText();
    return switch (call) {
      case "collections.subscribe" ->
          Outcome.of(subscribe(id, step, listener), handle -> NullNode.instance);
      case "collections.value" -> Outcome.done(handle(step), VectorViews::collection);
      case "collections.unsubscribe" -> Outcome.of(client.collections().unsubscribe(id));
      default -> throw new IllegalArgumentException(call);
    };
  }

  private CompletableFuture<CollectionSubscription<JsonNode>> subscribe(
      String id, JsonNode step, Consumer<JsonNode> listener) {
    var subscribing = client.subscribeCollection(id, new Ear(listener));
    handles.put(step.get("as").textValue(), subscribing);
    return subscribing;
  }

  /** Writes down what a collection tells. */
  private record Ear(Consumer<JsonNode> listener) implements CollectionListener<JsonNode> {
    @Override
    public void onUpdate(CollectionUpdate<JsonNode> update) {
      listener.accept(VectorViews.update(update));
    }

    @Override
    public void onEnded(String code) {
      listener.accept(JsonNodeFactory.instance.objectNode().put("ended", code));
    }
  }
}
