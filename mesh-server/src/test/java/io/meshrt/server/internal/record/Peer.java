// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.OutgoingBytes;
import io.meshrt.server.internal.transport.Transport;
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
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Of the I/O thread. */
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(1 << 20));

  private final IoLoop loop;
  private final AtomicLong ids = new AtomicLong();
  private final List<String> frames = new ArrayList<>();
  private Session session;
  private OutgoingBytes outgoing;
  private volatile int closeCode;
  private volatile boolean stalled;

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
    JsonNode frame = json(answer(begin(command, payload)));
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

  /** The frame at an index, waited for. */
  String frame(int index) {
    return when(
        () -> frames.size() > index ? Optional.of(frames.get(index)) : Optional.empty(),
        "frame " + index);
  }

  /** Everything that came, in order. */
  List<String> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  /** The pushes that came. */
  List<JsonNode> pushes() {
    return frames().stream()
        .filter(frame -> !frame.startsWith("{\"id\""))
        .map(Peer::json)
        .filter(push -> push.path("command").asText().contains("record-"))
        .toList();
  }

  /** Waits until so many pushes came. */
  List<JsonNode> pushes(int count) {
    return when(
        () -> Optional.of(pushes()).filter(pushes -> pushes.size() >= count), count + " pushes");
  }

  /** Forgets what came. */
  void forget() {
    synchronized (frames) {
      frames.clear();
    }
  }

  static JsonNode json(String text) {
    return RecordJson.tree(RawJson.parse(text));
  }

  int closeCode() {
    return closeCode;
  }

  /** Reads nothing any more. */
  void stall() {
    stalled = true;
  }

  /** Reads again. */
  void resume() {
    stalled = false;
    requestFlush();
  }

  /** Waits until the I/O thread has done what it was asked for until now. */
  void awaitLoop() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> done.complete(null));
    done.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** The connection breaks. */
  void disconnect() {
    loop.execute(() -> session.onClosed(1006, "", true));
    awaitLoop();
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
    boolean more = !stalled;
    while (more) {
      ByteBuffer buffer = BUFFER.get().clear();
      outgoing.fill(buffer);
      buffer.flip();
      more = buffer.hasRemaining();
      outgoing.advance(buffer.remaining());
      while (buffer.hasRemaining()) {
        String text = next(buffer);
        synchronized (frames) {
          frames.add(text);
          frames.notifyAll();
        }
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
