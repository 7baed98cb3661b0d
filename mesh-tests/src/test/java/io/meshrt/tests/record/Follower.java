// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.patch.Patch;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;

/**
 * A client that follows a record and believes what it is told; a push that does not fit what it has
 * is remembered as its flaw. Connects again when its node is gone.
 */
final class Follower implements AutoCloseable {
  /** What it has. */
  record Held(JsonNode value, long version) {}

  private final String id;
  private final boolean v1;
  private final String mode;
  private final IntSupplier port;
  private final Thread thread;
  private final AtomicInteger snapshots = new AtomicInteger();
  private final AtomicReference<String> flaw = new AtomicReference<>();
  private volatile RawWebSocket socket;
  private volatile Held held;
  private volatile boolean closed;

  /** Follows as a client of {@code mesh.v1}, or as one of the family. */
  Follower(String id, boolean v1, String mode, IntSupplier port) {
    this.id = id;
    this.v1 = v1;
    this.mode = mode;
    this.port = port;
    this.thread = new Thread(this::run, "follower-" + (v1 ? "v1-" : "legacy-") + mode);
    thread.setDaemon(true);
    thread.start();
  }

  /** Null before it has a snapshot. */
  Held held() {
    return held;
  }

  /** How many times it had to begin anew. */
  int snapshots() {
    return snapshots.get();
  }

  /** What was wrong with a push; null if nothing ever was. */
  String flaw() {
    return flaw.get();
  }

  private void run() {
    while (!closed) {
      RawWebSocket.Builder builder =
          RawWebSocket.to(port.getAsInt()).readTimeout(Duration.ofMinutes(10));
      try (RawWebSocket open = (v1 ? builder.subprotocol("mesh.v1") : builder).open()) {
        socket = open;
        follow(open);
      } catch (IOException | RuntimeException gone) {
        Thread.onSpinWait(); // another node, from a snapshot on
      }
    }
  }

  private void follow(RawWebSocket open) throws IOException {
    open.sendText(
        V1Socket.request(1, "mesh/subscribe-record", Map.of("recordId", id, "mode", mode)));
    boolean subscribed = false;
    for (String text = open.readText(); text != null; text = open.readText()) {
      JsonNode frame = V1Socket.JSON.readTree(text);
      JsonNode payload = frame.path("payload");
      if (frame.path("id").asInt() == 1 && !payload.path("success").asBoolean()) {
        return;
      }
      if (frame.path("id").asInt() == 1) {
        subscribed = true;
        snapshots.incrementAndGet();
        held = new Held(payload.get("record"), payload.get("version").longValue());
      } else if (subscribed && frame.path("command").asText().equals("mesh/record-update")) {
        take(payload);
      }
    }
  }

  private void take(JsonNode update) {
    long version = update.get("version").longValue();
    JsonNode full = update.get("full");
    if (full != null) {
      held = new Held(full, version);
      return;
    }
    long base = v1 ? update.get("base").longValue() : version - 1;
    if (base != held.version()) {
      flaw.compareAndSet(null, "has " + held.version() + ", got " + update);
    }
    held = new Held(Patch.fromJson(update.get("patch")).applyTo(held.value()), version);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    RawWebSocket open = socket;
    if (open != null) {
      open.close();
    }
  }
}
