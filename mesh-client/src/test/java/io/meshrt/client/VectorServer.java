// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The server of a test vector. Names of ids stand for what the client sent on this connection. */
final class VectorServer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakeConnector connector;
  private final List<FakeSocket> sockets = new ArrayList<>();
  private final ArrayDeque<JsonNode> sent = new ArrayDeque<>();
  private final Map<String, JsonNode> ids = new HashMap<>();

  VectorServer(FakeConnector connector) {
    this.connector = connector;
  }

  /** Of the connection made last. */
  FakeSocket socket() {
    return sockets.get(sockets.size() - 1);
  }

  int closedWith() {
    return socket().closes().get(0);
  }

  void open() {
    assertThat(unexpected()).as("sent and not expected").isEmpty();
    assertThat(connector.waiting()).as("the client makes an attempt").isTrue();
    ids.clear();
    sockets.add(connector.next().accept());
  }

  /** Accepts, and greets with what is given in place of the usual. */
  void accept(ObjectNode welcome) {
    open();
    ObjectNode frame = (ObjectNode) read(Frames.welcome());
    ObjectNode payload = (ObjectNode) frame.get("payload");
    payload.put("connectionId", "n-1");
    payload.setAll(welcome);
    tell(frame, false);
  }

  void tell(JsonNode frame, boolean onPrevious) {
    FakeSocket to = onPrevious ? sockets.get(sockets.size() - 2) : socket();
    to.receive(withIds(frame).toString());
  }

  void expectSend(JsonNode expected) {
    JsonNode frame = unexpected().poll();
    if (expected.isNull()) {
      assertThat(frame).isNull();
      return;
    }
    assertThat(frame).as("what was sent").isNotNull();
    if (expected.path("id").isTextual() && expected.has("command")) {
      bind(expected.get("id").textValue(), frame.get("id"));
    }
    JsonNode actual = VectorFrames.withoutDefaults(frame);
    assertThat(VectorFrames.matches(VectorFrames.withoutDefaults(withIds(expected)), actual))
        .as("sent %s", frame)
        .isTrue();
  }

  private void bind(String name, JsonNode id) {
    assertThat(id.canConvertToLong() && id.isIntegralNumber()).as("id " + id).isTrue();
    assertThat(ids.values()).as("ids used before").doesNotContain(id);
    ids.put(name, id);
  }

  private JsonNode withIds(JsonNode frame) {
    JsonNode id = frame.isObject() ? ids.get(frame.path("id").asText()) : null;
    return id == null ? frame : ((ObjectNode) frame.deepCopy()).set("id", id);
  }

  /** What was sent and has not been expected yet. */
  ArrayDeque<JsonNode> unexpected() {
    if (!sockets.isEmpty()) {
      socket().takeSent().forEach(text -> sent.add(read(text)));
    }
    return sent;
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
