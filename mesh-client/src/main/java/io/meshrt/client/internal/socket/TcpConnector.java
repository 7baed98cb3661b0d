// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.network.Aside;
import io.meshrt.client.internal.network.IoThread;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens sockets over TCP, with one I/O thread for all of them, which begins with the first. Each
 * opening begins one connection at a time, and makes another only to another address of the server,
 * not earlier than 200 ms after the one before.
 */
public final class TcpConnector implements Connector {
  private static final Opening NOTHING =
      new Opening() {
        @Override
        public void cancel() {}

        @Override
        public void onSuccess() {}
      };

  private final Loop loop;
  private final TcpOptions options;
  private final Route.Finder finder;
  private final Aside aside;
  private final SecureRandom random = new SecureRandom();
  private final KnownAddresses known = new KnownAddresses();
  private volatile @Nullable IoThread io; // written by the state thread

  /** A connector for the client of that loop. */
  public TcpConnector(Loop loop, TcpOptions options) {
    this(loop, options, server -> Route.find(server, options));
  }

  /** As the other, with other knowledge of the ways to servers. */
  TcpConnector(Loop loop, TcpOptions options, Route.Finder finder) {
    this.loop = loop;
    this.options = options;
    this.finder = finder;
    this.aside = new Aside(options.name() + "-aside");
  }

  @Override
  public Opening open(Target target, SocketListener listener) {
    try {
      Dial dial =
          new Dial(
              new Dial.Parts(loop, running(), aside, random, known, options, finder),
              target,
              listener);
      dial.start();
      return dial;
    } catch (IOException e) {
      boolean unused = loop.execute(() -> listener.onRefused(0, e));
      return NOTHING;
    }
  }

  @Override
  public void stop() {
    aside.stop();
    IoThread running = io;
    if (running != null) {
      running.stop();
    }
  }

  @Override
  public void awaitEnd(Duration timeout) throws InterruptedException {
    IoThread stopped = io;
    if (stopped != null) {
      stopped.awaitEnd(timeout);
    }
  }

  private IoThread running() throws IOException {
    IoThread running = io;
    if (running == null || running.hasEnded()) {
      running = IoThread.start(options.name() + "-io");
      io = running;
    }
    return running;
  }
}
