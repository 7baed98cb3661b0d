// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.internal.worker.Delivery;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One delivery of one command, as its handler sees it. */
record DeliveredCommand(Delivery delivery, Supplier<MeshDispatcher> sender) implements WorkContext {
  @Override
  public String command() {
    return delivery.entry().command();
  }

  @Override
  public WorkClient client() {
    return delivery.entry().client();
  }

  @Override
  public <T> @Nullable T payload(Class<T> type) {
    RawJson payload = rawPayload();
    return payload.isNull() ? null : delivery.json().decode(payload, type);
  }

  @Override
  public <T> @Nullable T payload(TypeReference<T> type) {
    RawJson payload = rawPayload();
    return payload.isNull() ? null : delivery.json().decode(payload, type);
  }

  @Override
  public JsonNode payload() {
    return delivery.json().tree(rawPayload());
  }

  @Override
  public RawJson rawPayload() {
    return delivery.entry().payload();
  }

  @Override
  public String messageId() {
    return delivery.messageId();
  }

  @Override
  public int deliveryCount() {
    return delivery.deliveryCount();
  }

  @Override
  public MeshDispatcher dispatcher() {
    return sender.get();
  }
}
