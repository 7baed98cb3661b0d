// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.network.Aside;
import io.meshrt.client.internal.network.IoThread;
import io.meshrt.client.internal.network.Link;
import io.meshrt.core.internal.websocket.MaskedFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One opening: finds the way and tries the addresses of the server one after the other, until there
 * is a connection. What becomes of that is the outcome. Belongs to the state thread.
 */
final class Dial implements Connector.Opening {
  /** Connections are not begun more often. */
  static final Duration PAUSE = Duration.ofMillis(200);

  /** An address that says nothing is given up then, if there is another one. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Parts parts;
  private final Connector.Target target;
  private final SocketListener listener;
  private final ArrayDeque<InetSocketAddress> untried = new ArrayDeque<>();
  private Loop.@Nullable Timer timer;
  private @Nullable Route route;
  private @Nullable Try current;
  private @Nullable InetSocketAddress reached;
  private volatile boolean over; // read by the thread that looks for the way

  /** What all openings of a client share. */
  record Parts(
      Loop loop,
      IoThread io,
      Aside aside,
      SecureRandom random,
      KnownAddresses known,
      TcpOptions options,
      Route.Finder finder) {}

  Dial(Parts parts, Connector.Target target, SocketListener listener) {
    this.parts = parts;
    this.target = target;
    this.listener = listener;
  }

  void start() {
    Route.Authority server = Route.Authority.of(target.uri());
    boolean taken =
        parts
            .aside()
            .execute(
                () -> {
                  if (over) {
                    return;
                  }
                  try {
                    Route found = parts.finder().find(server);
                    tell(() -> onRoute(found));
                  } catch (IOException | RuntimeException | Error e) {
                    tell(() -> refuse(0, e));
                  }
                });
    if (!taken) {
      tell(() -> refuse(0, new IOException("no answer about the address of the server")));
    }
  }

  @Override
  public void cancel() {
    end();
    if (current != null) {
      current.abort();
      current = null;
    }
  }

  @Override
  public void onSuccess() {
    if (reached != null) {
      parts.known().onWorking(reached);
    }
  }

  private void onRoute(Route found) {
    if (!over) {
      route = found;
      untried.addAll(parts.known().inOrder(found.addresses()));
      tryNext();
    }
  }

  private void tryNext() {
    InetSocketAddress address = untried.poll();
    if (over || address == null || route == null) {
      return;
    }
    Try next = new Try(address, route);
    current = next;
    parts.known().onTried(address);
    timer = untried.isEmpty() ? null : parts.loop().schedule(PATIENCE, next::giveUp);
    next.begin();
  }

  private void onUnreachable(Try failed, Throwable cause) {
    current = null;
    if (untried.isEmpty()) {
      refuse(0, cause);
    } else {
      stopTimer();
      long since = parts.loop().nanoTime() - failed.beganNanos;
      timer = parts.loop().schedule(PAUSE.minusNanos(Math.max(0, since)), this::tryNext);
    }
  }

  private void refuse(int httpStatus, Throwable cause) {
    if (!over) {
      end();
      listener.onRefused(httpStatus, cause);
    }
  }

  private void end() {
    over = true;
    stopTimer();
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void tell(Runnable what) {
    boolean unused = parts.loop().execute(what);
  }

  /** One TCP connection. What the I/O thread tells is handed over to the state thread. */
  private final class Try implements Upgrade.Outcome {
    private final InetSocketAddress address;
    private final Link link;
    private volatile long beganNanos = parts.loop().nanoTime();

    Try(InetSocketAddress address, Route way) {
      this.address = address;
      Upgrade.Plan plan =
          new Upgrade.Plan(target, way, parts.options(), parts.aside(), parts.random());
      this.link = new Upgrade(plan, parts.io(), this).link();
    }

    void begin() {
      boolean taken =
          link.execute(
              () -> {
                beganNanos = parts.loop().nanoTime();
                link.open(address);
              });
      if (!taken) {
        refuse(0, new IOException("the client makes no connections any more"));
      }
    }

    void giveUp() {
      abort();
      Dial.this.onUnreachable(this, new IOException("no answer from " + address));
    }

    void abort() {
      boolean unused = link.execute(link::close);
    }

    @Override
    public void onConnected() {
      tellIfCurrent(Dial.this::stopTimer);
    }

    @Override
    public void onUnreachable(Throwable cause) {
      tellIfCurrent(() -> Dial.this.onUnreachable(this, cause));
    }

    @Override
    public void onRefused(int httpStatus, Throwable cause) {
      tellIfCurrent(() -> refuse(httpStatus, cause));
    }

    @Override
    public Link.Listener onUpgraded() {
      MaskedFrames frames = new MaskedFrames(parts.random());
      Window window = new Window();
      TcpSocket socket = new TcpSocket(link, frames, window, listener);
      FrameReader reader =
          new FrameReader(
              parts.loop(), link, frames, socket, window, parts.options().maxMessageBytes());
      tell(() -> onOpen(socket));
      return reader;
    }

    private void tellIfCurrent(Runnable what) {
      tell(
          () -> {
            if (!over && this == current) {
              what.run();
            }
          });
    }

    private void onOpen(TcpSocket socket) {
      if (over || this != current) {
        socket.abort();
        return;
      }
      end();
      current = null;
      reached = address;
      socket.onOpen();
    }
  }
}
