// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends whatever it likes, in one of the tongues, and keeps all that it is told. */
final class Attacker implements AutoCloseable {
  private final Tongue tongue;
  private final RawWebSocket socket;
  private final String connectionId;
  private final List<String> heard = new ArrayList<>();
  private long lastId;

  private Attacker(Tongue tongue, RawWebSocket socket) throws IOException {
    this.tongue = tongue;
    this.socket = socket;
    JsonNode greeting = next();
    for (int i = 1; i < tongue.greetings(); i++) {
      greeting = next();
    }
    JsonNode payload = greeting.path("payload");
    this.connectionId = payload.path("connectionId").asText(payload.asText());
  }

  static Attacker open(Tongue tongue, int port) throws IOException {
    return open(tongue, tongue.to(port));
  }

  static Attacker open(Tongue tongue, RawWebSocket.Builder builder) throws IOException {
    return new Attacker(tongue, builder.open());
  }

  String connectionId() {
    return connectionId;
  }

  /** Asks a built-in, the payload being any text; null leaves it out. The whole answer. */
  JsonNode askBuiltIn(String bareName, @Nullable String payload) throws IOException {
    return ask(tongue.name(bareName), payload);
  }

  /** Asks a command, the payload being any text; null leaves it out. The whole answer. */
  JsonNode ask(String command, @Nullable String payload) throws IOException {
    long id = ++lastId;
    String name = V1Socket.JSON.writeValueAsString(command);
    String end = payload == null ? "}" : ",\"payload\":" + payload + "}";
    socket.sendText("{\"id\":" + id + ",\"command\":" + name + end);
    return answer(id);
  }

  /** The answer with an id, read over all before. */
  JsonNode answer(long id) throws IOException {
    JsonNode frame = next();
    while (frame.path("id").asLong(-1) != id) {
      frame = next();
    }
    return frame;
  }

  void send(String text) throws IOException {
    socket.sendText(text);
  }

  /** Sends a text message that need not be UTF-8. */
  void send(byte[] text) throws IOException {
    socket.send(RawFrame.of(RawFrame.TEXT, text).masked());
  }

  /** The next frame that is no heartbeat. */
  JsonNode next() throws IOException {
    while (true) {
      String text = socket.readText();
      assertThat(text).as("the connection is open").isNotNull();
      heard.add(text);
      JsonNode frame = V1Socket.JSON.readTree(text);
      if (!frame.path("command").asText().matches("ping|latency|latency:request")) {
        return frame;
      }
    }
  }

  /** Reads to the end, and ends our side when told to; the code of the close frame. */
  int closeCode() throws IOException {
    int code = 1006;
    for (RawFrame frame = socket.read(); frame != null; frame = socket.read()) {
      if (frame.opcode() == RawFrame.CLOSE) {
        heard.add(frame.closeReason());
        code = frame.closeCode();
        if (!socket.socket().isOutputShutdown()) {
          socket.halfClose();
        }
      } else {
        heard.add(frame.text());
      }
    }
    return code;
  }

  RawWebSocket socket() {
    return socket;
  }

  /** What it was told since this was asked for last, the reason of a close frame included. */
  String heard() {
    String all = String.join("\n", heard);
    heard.clear();
    return all;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
