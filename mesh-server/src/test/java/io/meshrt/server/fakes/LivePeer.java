// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.fakes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.Transport;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client without a network, whose connection has an I/O thread. Remembers every frame. */
public final class LivePeer implements Transport {
  private static final int PATIENCE_SECONDS = 20;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);

  /** Keeps numbers as they are written. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Of the I/O thread. */
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(1 << 20));

  private final IoLoop loop;
  private final Function<JsonNode, Optional<String>> shown;
  private final AtomicLong ids = new AtomicLong();
  private volatile @Nullable Session session;
  private volatile int closeCode;
  private volatile boolean stalled;

  // Guarded by the list; what is before the index was read.
  private final List<String> frames = new ArrayList<>();
  private int unread;

  private LivePeer(IoLoop loop, Function<JsonNode, Optional<String>> shown) {
    this.loop = loop;
    this.shown = shown;
  }

  /** Connects, and speaks in a dialect. */
  public static LivePeer connect(Sessions sessions, Dialect dialect, IoLoop loop) {
    return connect(sessions, dialect, loop, null, push -> Optional.empty());
  }

  /**
   * As {@link #connect(Sessions, Dialect, IoLoop)}.
   *
   * @param identity null for none
   * @param shown how {@link #told()} shows a frame without an id, empty to leave it out
   */
  public static LivePeer connect(
      Sessions sessions,
      Dialect dialect,
      IoLoop loop,
      @Nullable Identity identity,
      Function<JsonNode, Optional<String>> shown) {
    LivePeer peer = new LivePeer(loop, shown);
    peer.onLoop(
        () -> {
          ConnectionFacts facts = new ConnectionFacts("/", "", "::1", null);
          peer.session = sessions.open(peer, dialect, facts, identity);
          peer.flush();
          return true;
        });
    return peer;
  }

  /** The other side. */
  public Session session() {
    Session current = session;
    if (current == null) {
      throw new IllegalStateException("not connected");
    }
    return current;
  }

  /** Id of the connection. */
  public String id() {
    return session().id();
  }

  /** Sends messages that arrive in one read; returns when they were read. */
  public void send(String... messages) {
    onLoop(() -> receive(messages));
  }

  /** Asks, and returns the whole frame of the answer. */
  public String ask(String command, String payload) {
    return answer(begin(command, payload));
  }

  /** Asks, and does not wait; tells the id of the request. */
  public long begin(String command, String payload) {
    long id = ids.incrementAndGet();
    String request =
        "{\"id\":" + id + ",\"command\":\"" + command + "\",\"payload\":" + payload + "}";
    loop.execute(() -> receive(request));
    return id;
  }

  /** The frame that answers a request. */
  public String answer(long id) {
    String start = "{\"id\":" + id + ",";
    return await(frame -> frame.startsWith(start));
  }

  /** The payload of the answer, or the error object of a failure. */
  public JsonNode result(String command, String payload) {
    JsonNode frame = json(ask(command, payload));
    return frame.has("error") ? frame.get("error") : frame.path("payload");
  }

  /** The first frame that fits, waited for. */
  public String await(Predicate<String> fits) {
    return when(() -> frames.stream().filter(fits).findFirst(), "a frame");
  }

  /** The next frame that fits, waited for; what comes before it counts as read. */
  public String next(Predicate<String> fits) {
    return when(() -> read(fits), "the next frame");
  }

  /** Whether a frame that fits has come and was not read. */
  public boolean hasReceived(Predicate<String> fits) {
    synchronized (frames) {
      return frames.subList(unread, frames.size()).stream().anyMatch(fits);
    }
  }

  /** Everything that came, in order. */
  public List<String> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  /** Forgets what came. */
  public void forget() {
    synchronized (frames) {
      frames.clear();
      unread = 0;
    }
  }

  /** What came without being asked for. */
  public List<JsonNode> pushes() {
    return frames().stream()
        .filter(frame -> !frame.startsWith("{\"id\""))
        .map(LivePeer::json)
        .toList();
  }

  /** As {@link #pushes()}, waiting until there are so many. */
  public List<JsonNode> pushes(int count) {
    return when(() -> Optional.of(pushes()).filter(all -> all.size() >= count), count + " pushes");
  }

  /** What came without being asked for, as it is to be shown. */
  public List<String> told() {
    return pushes().stream().flatMap(push -> shown.apply(push).stream()).toList();
  }

  /** As {@link #told()}, waiting until there are so many. */
  public List<String> told(int count) {
    return when(() -> Optional.of(told()).filter(told -> told.size() >= count), count + " pushes");
  }

  /** Reads a text. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The connection breaks. */
  public void disconnect() {
    onLoop(
        () -> {
          session().onClosed(1006, "", true);
          return true;
        });
  }

  /** Reads nothing any more. */
  public void stall() {
    stalled = true;
  }

  /** Reads again. */
  public void resume() {
    stalled = false;
    requestFlush();
  }

  /** Waits until the I/O thread has done what it was asked for until now. */
  public void awaitLoop() {
    onLoop(() -> true);
  }

  /** The code it was closed with; 0 while it is open. */
  public int closeCode() {
    return closeCode;
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
    boolean more = session != null && !stalled;
    while (more) {
      ByteBuffer buffer = BUFFER.get().clear();
      session().outgoing().fill(buffer);
      buffer.flip();
      more = buffer.hasRemaining();
      session().outgoing().advance(buffer.remaining());
      while (buffer.hasRemaining()) {
        String text = text(buffer);
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

  private boolean receive(String... messages) {
    for (String message : messages) {
      byte[] bytes = message.getBytes(UTF_8);
      session().onText(bytes, 0, bytes.length);
    }
    session().onReadComplete();
    flush();
    return true;
  }

  private Optional<String> read(Predicate<String> fits) {
    while (unread < frames.size()) {
      String frame = frames.get(unread++);
      if (fits.test(frame)) {
        return Optional.of(frame);
      }
    }
    return Optional.empty();
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

  private static String text(ByteBuffer buffer) {
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

  private <T> T onLoop(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, loop::execute)
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
