// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.OutgoingBytes;
import io.meshrt.server.internal.transport.Transport;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A client of a node without a network, on a real I/O thread. Remembers every frame. */
final class Peer implements Transport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Of the I/O thread. */
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(1 << 20));

  private final IoLoop loop;
  private final AtomicLong ids = new AtomicLong();
  private final List<String> frames = new ArrayList<>();
  private Session session;
  private OutgoingBytes outgoing;
  private volatile int closeCode;

  Peer(IoLoop loop) {
    this.loop = loop;
  }

  void attach(Session session) {
    this.session = session;
    this.outgoing = session.outgoing();
  }

  Session session() {
    return session;
  }

  String id() {
    return session.id();
  }

  /** Sends a frame. */
  void send(String frame) {
    byte[] bytes = frame.getBytes(UTF_8);
    loop.execute(
        () -> {
          session.onText(bytes, 0, bytes.length);
          session.onReadComplete();
          flush();
        });
  }

  /** Asks, and returns the whole frame of the answer. */
  String ask(String command, String payload) {
    return answer(begin(command, payload));
  }

  /** Asks; tells the id of the request. */
  long begin(String command, String payload) {
    long id = ids.incrementAndGet();
    send("{\"id\":" + id + ",\"command\":\"" + command + "\",\"payload\":" + payload + "}");
    return id;
  }

  /** The frame that answers a request. */
  String answer(long id) {
    String start = "{\"id\":" + id + ",";
    return await(frame -> frame.startsWith(start));
  }

  /** The payload of the answer, or the error object of a failure. */
  JsonNode result(String command, String payload) {
    JsonNode frame = json(ask(command, payload));
    return frame.has("error") ? frame.get("error") : frame.path("payload");
  }

  /** Waits for a frame. */
  String await(Predicate<String> which) {
    return when(() -> frames.stream().filter(which).findFirst(), "a frame");
  }

  /** What is there as soon as it is. */
  private <T> T when(Supplier<Optional<T>> wanted, String what) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    synchronized (frames) {
      Optional<T> found = wanted.get();
      while (found.isEmpty()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("waited for " + what + ", got " + frames);
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(frames, left);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        found = wanted.get();
      }
      return found.get();
    }
  }

  /** Forgets what came. */
  void forget() {
    synchronized (frames) {
      frames.clear();
    }
  }

  /** Everything that came, in order. */
  List<String> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  /** The pushes of channels that came: {@code channel message}, gaps as {@code gap offset}. */
  List<String> told() {
    return frames().stream()
        .filter(frame -> !frame.startsWith("{\"id\""))
        .map(Peer::json)
        .filter(push -> push.path("payload").has("channel"))
        .map(Peer::shown)
        .toList();
  }

  /** Waits until so many pushes of channels came. */
  List<String> told(int count) {
    return when(() -> Optional.of(told()).filter(told -> told.size() >= count), count + " pushes");
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shown(JsonNode push) {
    JsonNode payload = push.get("payload");
    String command = push.get("command").asText();
    if (command.endsWith("channel-gap")) {
      return "gap " + payload.path("offset").asText("-");
    }
    if (command.endsWith("channel-revoked")) {
      return "revoked " + payload.get("channel").asText();
    }
    return payload.get("channel").asText() + " " + payload.get("message");
  }

  int closeCode() {
    return closeCode;
  }

  /** The connection breaks. */
  void disconnect() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          session.onClosed(1006, "", true);
          done.complete(null);
        });
    done.orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public IoLoop loop() {
    return loop;
  }

  @Override
  public void requestFlush() {
    loop.execute(this::flush);
  }

  @Override
  public void flush() {
    ByteBuffer buffer = BUFFER.get().clear();
    outgoing.fill(buffer);
    buffer.flip();
    outgoing.advance(buffer.remaining());
    while (buffer.hasRemaining()) {
      String text = next(buffer);
      synchronized (frames) {
        frames.add(text);
        frames.notifyAll();
      }
    }
  }

  @Override
  public void close(int code, String reason, CloseWhen when) {
    closeCode = code;
  }

  @Override
  public void pauseReads() {}

  @Override
  public void resumeReads() {}

  private static String next(ByteBuffer buffer) {
    if (buffer.get() != (byte) 0x81) {
      throw new AssertionError("not the header of a text frame");
    }
    int length = buffer.get();
    if (length == 126) {
      length = Short.toUnsignedInt(buffer.getShort());
    } else if (length == 127) {
      length = Math.toIntExact(buffer.getLong());
    }
    byte[] text = new byte[length];
    buffer.get(text);
    return new String(text, UTF_8);
  }
}
