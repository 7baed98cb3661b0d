// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.V1Socket;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Comes and goes, again and again: gets as far as chance has it, and ends in one of the ways a
 * connection can end. For one thread.
 */
final class Visitor implements AutoCloseable {
  private static final int SOURCES = 20;
  private static final int MAX_SILENT = 32;
  private static final int SILENT_OF = 100;

  /** Of rooms, channels and records. */
  static final List<String> NAMES = IntStream.range(0, 16).mapToObj(i -> "soak" + i).toList();

  /** Some systems have but one address of their own. */
  private static final boolean MANY_SOURCES = hasManySources();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How far a connection gets. */
  private enum Stage {
    /** Some bytes of the request are sent, perhaps all; the answer is not read. */
    IN_UPGRADE,
    WELCOMED,
    IN_FRAME,
    /** Commands are running that have no answer yet. */
    IN_COMMAND,
    /** Member, present, subscribed to everything there is; the replies were read. */
    SUBSCRIBED,
    /** The same, but for the replies. */
    SUBSCRIBING
  }

  private final List<Integer> ports;
  private final Random random;
  private final boolean goesSilent;
  private final ArrayDeque<Socket> silent = new ArrayDeque<>();
  private int cutShort;

  /** One who goes silent now and then has to wait in the end, until the server has found out. */
  Visitor(List<Integer> ports, long seed, boolean goesSilent) {
    this.ports = ports;
    this.goesSilent = goesSilent;
    this.random = new Random(seed);
  }

  void visit() throws IOException {
    int port = ports.get(random.nextInt(ports.size()));
    Stage stage = Stage.values()[random.nextInt(Stage.values().length)];
    if (stage == Stage.IN_UPGRADE) {
      end(knock(port));
      return;
    }
    V1Socket socket =
        V1Socket.open(RawWebSocket.to(port).from(source()).readTimeout(PATIENCE).path("/soak"));
    try {
      go(stage, socket);
    } catch (SocketException | EOFException e) {
      cutShort++;
    }
    end(socket.socket().socket());
  }

  /** How many visits the server ended: it found the visitor too slow. */
  int cutShort() {
    return cutShort;
  }

  private void go(Stage stage, V1Socket socket) throws IOException {
    switch (stage) {
      case IN_UPGRADE, WELCOMED -> {}
      case IN_FRAME -> {
        byte[] frame = RawFrame.text(V1Socket.request(1, "echo", "x".repeat(300))).masked();
        socket.socket().send(cut(frame));
      }
      case IN_COMMAND -> {
        socket.send(1, "late", 1);
        socket.send(2, "ask back", 2);
        socket.send(3, "echo", 3);
      }
      case SUBSCRIBED -> awaitReplies(socket, subscribe(socket));
      case SUBSCRIBING -> {
        int unused = subscribe(socket);
      }
    }
  }

  private Socket knock(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, source(), 0);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    String request =
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                .formatted(port)
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(random.nextInt(3) == 0 ? bytes : cut(bytes));
    return socket;
  }

  /** How many requests were sent. */
  private int subscribe(V1Socket socket) throws IOException {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    List<Map.Entry<String, Map<String, ?>>> requests =
        List.of(
            Map.entry("join-room", Map.of("roomName", name)),
            Map.entry("subscribe-presence", Map.of("roomName", name)),
            Map.entry("publish-presence-state", Map.of("roomName", name, "state", "here")),
            Map.entry("set-my-connection-metadata", Map.of("metadata", Map.of("name", name))),
            Map.entry("subscribe-channel", Map.of("channel", name)),
            Map.entry("publish-channel", Map.of("channel", name, "message", "hello")),
            Map.entry("subscribe-record", Map.of("recordId", name, "mode", "patch")),
            Map.entry("publish-record-update", Map.of("recordId", name, "newValue", number())),
            Map.entry("subscribe-collection", Map.of("collectionId", "asked:" + name)),
            Map.entry("subscribe-collection", Map.of("collectionId", "all")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < requests.size(); i++) {
      Map.Entry<String, Map<String, ?>> request = requests.get(i);
      String text = V1Socket.request(i + 1, "mesh/" + request.getKey(), request.getValue());
      bytes.writeBytes(RawFrame.text(text).masked());
    }
    socket.socket().send(bytes.toByteArray());
    return requests.size();
  }

  private static void awaitReplies(V1Socket socket, int requests) throws IOException {
    int answered = 0;
    while (answered < requests) {
      String text = socket.socket().readText();
      if (text == null) {
        throw new EOFException();
      }
      JsonNode frame = V1Socket.JSON.readTree(text);
      if (frame.path("command").asText().equals("ping")) {
        socket.sendText("{\"command\":\"pong\",\"payload\":%s}".formatted(frame.get("payload")));
      } else if (frame.has("id")) {
        answered++;
      }
    }
  }

  private int number() {
    return random.nextInt(1_000);
  }

  private InetAddress source() throws IOException {
    return MANY_SOURCES ? local(2 + random.nextInt(SOURCES)) : InetAddress.getLoopbackAddress();
  }

  private static InetAddress local(int last) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  private static boolean hasManySources() {
    try (ServerSocket listener = new ServerSocket(0, 1, local(2))) {
      return listener.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** All but the end. */
  private byte[] cut(byte[] bytes) {
    byte[] part = new byte[random.nextInt(bytes.length)];
    System.arraycopy(bytes, 0, part, 0, part.length);
    return part;
  }

  private void end(Socket socket) throws IOException {
    if (random.nextInt(SILENT_OF) == 0 && goesSilent) {
      silent.add(socket);
      if (silent.size() > MAX_SILENT) {
        awaitEnd(silent.remove());
      }
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case 1 -> {
        write(socket, RawFrame.close(1000, "").masked());
        awaitEnd(socket);
      }
      case 2 -> {
        shutDownOutput(socket);
        awaitEnd(socket);
      }
      default -> socket.close();
    }
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // The server was faster.
    }
  }

  private static void shutDownOutput(Socket socket) {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // The server was faster.
    }
  }

  /** Reads until the server has ended the connection. */
  private static void awaitEnd(Socket socket) throws IOException {
    try (socket) {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException reset) {
      // That is an end too.
    }
  }

  /** Waits until the server has given up on all that went silent. */
  @Override
  public void close() throws IOException {
    while (!silent.isEmpty()) {
      awaitEnd(silent.remove());
    }
  }
}
