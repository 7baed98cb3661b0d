// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.testkit.RawFrame;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A socket that sends without waiting, and gets numbered markers as pushes: exactly those it is
 * expected to, each once. For one thread at a time.
 */
final class Racer {
  private static final int NONE = -1;

  private final int port;
  private final V1Socket socket;
  private final Function<JsonNode, Integer> marker;
  private final Map<Long, JsonNode> replies = new HashMap<>();
  private final List<Integer> expected = new ArrayList<>();
  private final List<Integer> heard = new ArrayList<>();
  private long lastId;
  private long answer;
  private boolean open = true;

  /** A socket; {@code marker} tells the number that a push carries, null if it carries none. */
  Racer(int port, Function<JsonNode, Integer> marker) throws IOException {
    this.port = port;
    this.socket = V1Socket.open(port);
    this.marker = marker;
  }

  String id() {
    return socket.welcome().get("connectionId").asText();
  }

  /** Of its node. */
  int port() {
    return port;
  }

  boolean isOpen() {
    return open;
  }

  /** Sends a request about a room; its number. */
  long send(String command, String room) throws IOException {
    lastId++;
    socket.send(lastId, command, Map.of("roomName", room));
    return lastId;
  }

  /** The reply to a request that was sent. */
  JsonNode reply(long id) throws IOException {
    while (!replies.containsKey(id)) {
      read();
    }
    return replies.remove(id);
  }

  private void read() throws IOException {
    JsonNode frame = socket.next();
    if (frame.has("id")) {
      replies.put(frame.get("id").asLong(), frame);
      return;
    }
    Integer number = marker.apply(frame);
    if (number != null) {
      heard.add(number);
    }
  }

  /** A marker was sent to it. */
  void expect(int number) {
    expected.add(number);
  }

  /** Reads until the last marker that is expected has come. */
  void awaitLast() throws IOException {
    int last = expected.isEmpty() ? NONE : expected.get(expected.size() - 1);
    while (last != NONE && !heard.contains(last)) {
      read();
    }
  }

  /** Asks for an answer, behind all that is on its way. */
  void askForAnswer() throws IOException {
    answer = send("mesh/noop", "");
  }

  /** Reads all up to that answer: it has heard the markers that were expected, and no others. */
  void assertExpected() throws IOException {
    awaitLast();
    JsonNode unused = reply(answer);
    assertThat(heard).as(id()).isEqualTo(expected);
    expected.clear();
    heard.clear();
  }

  /** Ends the connection, with a reset or without. */
  void close(boolean reset) throws IOException {
    open = false;
    if (reset) {
      socket.socket().reset();
    } else {
      socket.close();
    }
  }

  /** Reads until the server ends the connection; with what code, 1006 if with none. */
  int awaitClose() throws IOException {
    open = false;
    RawFrame frame = socket.socket().read();
    while (frame != null && frame.opcode() != RawFrame.CLOSE) {
      frame = socket.socket().read();
    }
    socket.close();
    return frame == null ? 1006 : frame.closeCode();
  }

  void dispose() throws IOException {
    socket.close();
  }
}
