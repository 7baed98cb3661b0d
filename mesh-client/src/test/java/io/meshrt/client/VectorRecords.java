// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.VectorCalls.Outcome;
import io.meshrt.client.record.RecordListener;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordTransaction;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the application of a test vector does with records. */
final class VectorRecords {
  private final MeshClient client;
  private final Map<String, CompletableFuture<? extends AutoCloseable>> handles;

  VectorRecords(
      MeshClient client, Map<String, CompletableFuture<? extends AutoCloseable>> handles) {
    this.client = client;
    this.handles = handles;
  }

  @SuppressWarnings("unchecked") // all records of vectors are trees
  private RecordSubscription<JsonNode> handle(JsonNode step) {
    return (RecordSubscription<JsonNode>) handles.get(step.get("on").textValue()).join();
  }

  Outcome make(String call, JsonNode step, Consumer<JsonNode> listener) {
    String id = step.path("recordId").asText();
    return switch (call) {
      case "records.subscribe" -> Outcome.of(subscribe(id, step, listener), h -> NullNode.instance);
      case "records.value" -> Outcome.done(handle(step), VectorRecords::view);
      case "records.update" ->
          Outcome.of(
              handle(step).update(value -> sum(value, step.get("add"))), VectorViews::version);
      case "records.get" ->
          Outcome.of(client.records().get(id, JsonNode.class), VectorViews::value);
      case "records.write" ->
          Outcome.of(
              client.publishRecordUpdate(id, step.get("value"), options(step)),
              VectorViews::version);
      case "records.transaction" ->
          Outcome.of(
              client.transaction(draft -> describe(draft, step.get("operations"))),
              VectorViews::versions);
      default -> throw new IllegalArgumentException(call);
    };
  }

  private CompletableFuture<RecordSubscription<JsonNode>> subscribe(
      String id, JsonNode step, Consumer<JsonNode> listener) {
    RecordMode mode = step.has("mode") ? RecordMode.PATCH : RecordMode.FULL;
    var subscribing = client.subscribeRecord(id, new Ear(listener), mode);
    handles.put(step.get("as").textValue(), subscribing);
    return subscribing;
  }

  private static JsonNode view(RecordSubscription<JsonNode> subscription) {
    return VectorViews.value(subscription.current()).put("live", subscription.isLive());
  }

  private static JsonNode sum(@Nullable JsonNode value, JsonNode numbers) {
    ObjectNode sum =
        value instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    numbers
        .properties()
        .forEach(
            number ->
                sum.put(
                    number.getKey(),
                    sum.path(number.getKey()).asInt(0) + number.getValue().intValue()));
    return sum;
  }

  private static WriteOptions options(JsonNode how) {
    WriteOptions options = WriteOptions.defaults();
    if (how.has("strategy")) {
      String strategy = how.get("strategy").textValue().toUpperCase(Locale.ROOT);
      options = options.withStrategy(WriteStrategy.valueOf(strategy));
    }
    return how.has("ifVersion") ? options.withIfVersion(version(how)) : options;
  }

  private static RecordVersion version(JsonNode how) {
    JsonNode version = how.get("ifVersion");
    return new RecordVersion(version.get("number").longValue(), version.get("stamp").textValue());
  }

  private static void describe(RecordTransaction draft, JsonNode operations) {
    for (JsonNode operation : operations) {
      String id = operation.get("recordId").textValue();
      if (operation.get("op").textValue().equals("write")) {
        draft.write(id, operation.get("value"), options(operation));
      } else {
        draft.delete(id);
      }
    }
  }

  /** Writes down what a record tells. */
  private record Ear(Consumer<JsonNode> listener) implements RecordListener<JsonNode> {
    @Override
    public void onUpdate(RecordUpdate<JsonNode> update) {
      listener.accept(VectorViews.update(update));
    }

    @Override
    public void onEnded() {
      listener.accept(JsonNodeFactory.instance.objectNode().put("ended", true));
    }
  }
}
