// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.worker.WorkClient;
import io.meshrt.server.worker.WorkContext;
import org.jspecify.annotations.Nullable;

/** One delivery of one command, as its handler sees it. */
record Delivery(WorkEntry entry, int deliveryCount, JsonValues json) implements WorkContext {
  @Override
  public String command() {
    return entry.command();
  }

  @Override
  public WorkClient client() {
    return entry.client();
  }

  @Override
  public <T> @Nullable T payload(Class<T> type) {
    return entry.payload().isNull() ? null : json.decode(entry.payload(), type);
  }

  @Override
  public <T> @Nullable T payload(TypeReference<T> type) {
    return entry.payload().isNull() ? null : json.decode(entry.payload(), type);
  }

  @Override
  public JsonNode payload() {
    return json.tree(entry.payload());
  }

  @Override
  public RawJson rawPayload() {
    return entry.payload();
  }

  @Override
  public String messageId() {
    return entry.id();
  }
}
