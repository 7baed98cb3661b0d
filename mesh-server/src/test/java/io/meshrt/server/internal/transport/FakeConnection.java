// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.core.internal.websocket.FrameEncoder;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What stands behind a transport in tests: remembers what it was told and echoes messages. */
final class FakeConnection implements TransportListener {
  final Transport transport;
  final UpgradeRequest request;
  final Admission admission;
  final FakeOutgoing outgoing = new FakeOutgoing();
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  final AtomicInteger reads = new AtomicInteger();
  volatile Consumer<String> onText = this::send;
  volatile Runnable onReadComplete = () -> {};
  volatile Runnable onWritten = () -> {};
  private volatile boolean closed;

  FakeConnection(Transport transport, UpgradeRequest request, Admission admission) {
    this.transport = transport;
    this.request = request;
    this.admission = admission;
  }

  void send(String text) {
    outgoing.offer(FrameEncoder.text(text.getBytes(StandardCharsets.UTF_8)));
    transport.requestFlush();
  }

  @Override
  public void onText(byte[] buffer, int offset, int length) {
    checkCall();
    String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
    events.add("text:" + (length > 60 ? length : text));
    onText.accept(text);
  }

  @Override
  public void onBinary(byte[] buffer, int offset, int length) {
    checkCall();
    events.add("binary:" + length);
    outgoing.offer(FrameEncoder.binary(buffer, offset, length));
  }

  @Override
  public void onReadComplete() {
    checkCall();
    reads.incrementAndGet();
    onReadComplete.run();
  }

  @Override
  public void onWritten() {
    checkCall();
    onWritten.run();
  }

  @Override
  public void onClosed(int code, String reason, boolean byPeer) {
    checkCall();
    closed = true;
    events.add("closed:" + code + ":" + reason + ":" + (byPeer ? "peer" : "us"));
  }

  private void checkCall() {
    if (closed) {
      events.add("called after closed");
    }
    if (!transport.loop().isCurrent()) {
      events.add("called by " + Thread.currentThread());
    }
  }

  String nextEvent() throws InterruptedException {
    String event = events.poll(30, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing happened");
    }
    return event;
  }

  /** The event that ends the connection, whatever came before it. */
  String awaitClosed() throws InterruptedException {
    String event = nextEvent();
    while (!event.startsWith("closed:")) {
      event = nextEvent();
    }
    return event;
  }
}
