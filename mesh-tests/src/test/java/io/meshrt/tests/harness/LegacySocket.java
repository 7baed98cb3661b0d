// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Speaks the dialects of the family's older clients by hand, under any prefix. Heartbeats are read
 * over and not answered.
 */
public final class LegacySocket implements AutoCloseable {
  private final RawWebSocket socket;
  private final String connectionId;
  private final ArrayDeque<JsonNode> pushes = new ArrayDeque<>();
  private long lastId;

  private LegacySocket(RawWebSocket socket) throws IOException {
    this.socket = socket;
    this.connectionId = read().get("payload").asText();
    assertThat(read().get("payload").asText()).isEqualTo(connectionId);
  }

  /** Connects and reads the id of the connection, which both prefixed generations are told. */
  public static LegacySocket open(int port) throws IOException {
    return new LegacySocket(RawWebSocket.to(port).open());
  }

  /** As {@link #open(int)}, with a bearer token in the request. */
  public static LegacySocket open(int port, String token) throws IOException {
    return new LegacySocket(
        RawWebSocket.to(port).header("Authorization", "Bearer " + token).open());
  }

  public String connectionId() {
    return connectionId;
  }

  /** Sends a request and returns what it is answered with. */
  public JsonNode ask(String command, Object payload) throws IOException {
    long id = ++lastId;
    socket.sendText(V1Socket.request(id, command, payload));
    JsonNode frame = read();
    while (!frame.has("id")) {
      pushes.add(frame);
      frame = read();
    }
    assertThat(frame.get("id").asLong()).isEqualTo(id);
    assertThat(frame.get("command").asText()).isEqualTo(command);
    return frame.path("payload");
  }

  /** The next push, those that came before an answer first. */
  public JsonNode nextPush() throws IOException {
    return pushes.isEmpty() ? read() : pushes.remove();
  }

  private JsonNode read() throws IOException {
    while (true) {
      String text = socket.readText();
      assertThat(text).as("the connection is open").isNotNull();
      JsonNode frame = V1Socket.JSON.readTree(text);
      if (!frame.path("command").asText().matches("ping|latency.*")) {
        return frame;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
