// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientCommandContext;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import org.jspecify.annotations.Nullable;

/** A command of the server, as its handler sees it. */
record IncomingCommand(JsonValues json, String command, RawJson rawPayload)
    implements ClientCommandContext {
  @Override
  public <T> @Nullable T payload(Class<T> type) {
    return json.decode(rawPayload, type);
  }

  @Override
  public <T> @Nullable T payload(TypeReference<T> type) {
    return json.decode(rawPayload, type);
  }

  @Override
  public JsonNode payload() {
    return json.tree(rawPayload);
  }
}
