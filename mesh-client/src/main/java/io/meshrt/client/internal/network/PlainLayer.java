// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes as they are. */
final class PlainLayer implements ByteLayer {
  private final SocketChannel socket;
  private boolean awaitsSocket;

  PlainLayer(SocketChannel socket) {
    this.socket = socket;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return socket.read(target);
  }

  @Override
  public boolean hasMore(ByteBuffer target) {
    return !target.hasRemaining();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int count = socket.write(source);
    awaitsSocket = source.hasRemaining();
    return count;
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public boolean awaitsSocket() {
    return awaitsSocket;
  }

  @Override
  public boolean isBusy() {
    return false;
  }

  @Override
  public boolean readsAfterWriting() {
    return false;
  }

  @Override
  public void sayGoodBye() {}
}
