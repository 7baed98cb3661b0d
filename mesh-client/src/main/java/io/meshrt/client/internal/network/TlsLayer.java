// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * Bytes over TLS. Reading drives the handshake; what the engine has to compute for it is done
 * elsewhere, and meanwhile the layer is busy.
 */
final class TlsLayer implements ByteLayer {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int MAX_RECORD_BYTES = 128 * 1024;

  private final SocketChannel socket;
  private final SSLEngine engine;
  private final Consumer<Runnable> elsewhere;
  // Both are being filled between calls: position() bytes wait.
  private ByteBuffer received;
  private final ByteBuffer toSend;
  private boolean established;
  private boolean busy;
  private boolean ended;

  /**
   * @param elsewhere runs a task on another thread and comes back to this layer with {@link
   *     #onComputed}
   */
  TlsLayer(SocketChannel socket, SSLEngine engine, Consumer<Runnable> elsewhere)
      throws SSLException {
    this.socket = socket;
    this.engine = engine;
    this.elsewhere = elsewhere;
    this.received = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    this.toSend = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.beginHandshake();
  }

  /** Whether the peer has proved who it is, and bytes can be written. */
  boolean isEstablished() {
    return established;
  }

  /** What the engine had to compute is done. */
  void onComputed() {
    busy = false;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int before = target.position();
    boolean more = !ended;
    while (more && !busy) {
      more =
          switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> compute();
            case NEED_WRAP -> wrap(NOTHING);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> unwrap(target);
          };
    }
    int count = target.position() - before;
    return count == 0 && ended ? -1 : count;
  }

  @Override
  public boolean hasMore(ByteBuffer target) {
    return ended || target.remaining() < engine.getSession().getApplicationBufferSize();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int before = source.position();
    boolean more = established;
    while (more && !busy && source.hasRemaining()) {
      more = engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK ? compute() : wrap(source);
    }
    return source.position() - before;
  }

  @Override
  public boolean flush() throws IOException {
    if (toSend.position() > 0) {
      toSend.flip();
      try {
        socket.write(toSend);
      } finally {
        toSend.compact();
      }
    }
    return toSend.position() == 0;
  }

  @Override
  public boolean awaitsSocket() {
    return toSend.position() > 0;
  }

  @Override
  public boolean isBusy() {
    return busy;
  }

  @Override
  public boolean readsAfterWriting() {
    return awaitsSocket() && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
  }

  @Override
  public void sayGoodBye() throws IOException {
    if (!busy && flush()) {
      engine.closeOutbound();
      engine.wrap(NOTHING, toSend);
      boolean unused = flush();
    }
  }

  private boolean compute() {
    busy = true;
    elsewhere.accept(
        () -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        });
    return false;
  }

  /** Whether it is worth going on. */
  private boolean wrap(ByteBuffer source) throws IOException {
    if (!flush()) {
      return false;
    }
    SSLEngineResult result = engine.wrap(source, toSend);
    note(result);
    boolean written = flush();
    return switch (result.getStatus()) {
      case OK -> written && result.bytesConsumed() + result.bytesProduced() > 0;
      case CLOSED -> false;
      case BUFFER_OVERFLOW, BUFFER_UNDERFLOW -> throw new SSLException("a record does not fit");
    };
  }

  private boolean unwrap(ByteBuffer target) throws IOException {
    received.flip();
    SSLEngineResult result;
    try {
      result = engine.unwrap(received, target);
    } finally {
      received.compact();
    }
    note(result);
    return switch (result.getStatus()) {
      case OK -> true;
      case BUFFER_UNDERFLOW -> receive();
      case BUFFER_OVERFLOW -> {
        if (target.position() == 0) {
          throw new SSLException("a record does not fit");
        }
        yield false;
      }
      case CLOSED -> end();
    };
  }

  private boolean receive() throws IOException {
    if (!received.hasRemaining()) {
      int larger = 2 * received.capacity();
      if (larger > MAX_RECORD_BYTES) {
        throw new SSLException("a record does not fit");
      }
      received = ByteBuffer.allocate(larger).put(received.flip());
    }
    int count = socket.read(received);
    return count < 0 ? end() : count > 0;
  }

  private boolean end() throws IOException {
    if (!established) {
      throw new EOFException("the connection ended within the TLS handshake");
    }
    ended = true;
    return false;
  }

  private void note(SSLEngineResult result) {
    if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
      established = true;
    }
  }
}
