// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Speaks {@code mesh.v1} by hand over a raw socket. Pings are read over and not answered. */
public final class V1Socket implements AutoCloseable {
  public static final ObjectMapper JSON = new ObjectMapper();

  private final RawWebSocket socket;
  private final JsonNode welcome;

  private V1Socket(RawWebSocket socket) throws IOException {
    this.socket = socket;
    this.welcome = next();
  }

  /** Connects and reads the welcome. */
  public static V1Socket open(int port) throws IOException {
    return open(RawWebSocket.to(port));
  }

  /** As {@link #open(int)}, with more said at the upgrade. */
  public static V1Socket open(RawWebSocket.Builder builder) throws IOException {
    return new V1Socket(builder.subprotocol("mesh.v1").open());
  }

  /** A request as JSON text. */
  public static String request(long id, String command, Object payload) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("command", command)
        .<ObjectNode>set("payload", JSON.valueToTree(payload))
        .toString();
  }

  /** The payload of the welcome. */
  public JsonNode welcome() {
    return welcome.get("payload");
  }

  /** Sends a request. */
  public void send(long id, String command, Object payload) throws IOException {
    socket.sendText(request(id, command, payload));
  }

  /** Sends messages in one write, so that the server finds them together. */
  public void sendTogether(Iterable<String> messages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    messages.forEach(message -> bytes.writeBytes(RawFrame.text(message).masked()));
    socket.send(bytes.toByteArray());
  }

  /** Sends any text. */
  public void sendText(String text) throws IOException {
    socket.sendText(text);
  }

  /** The next frame that is not a ping. */
  public JsonNode next() throws IOException {
    while (true) {
      JsonNode frame = nextOrPing();
      if (!frame.path("command").asText().equals("ping")) {
        return frame;
      }
    }
  }

  /** The next frame, pings included. */
  public JsonNode nextOrPing() throws IOException {
    String text = socket.readText();
    assertThat(text).as("the connection is open").isNotNull();
    return JSON.readTree(text);
  }

  /** Reads to the end; the code of the close frame. */
  public int closeCode() throws IOException {
    return socket.readCloseCode();
  }

  /** The socket underneath. */
  public RawWebSocket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
