// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import io.meshrt.client.internal.socket.Connector;
import io.meshrt.client.internal.socket.SocketListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;

/** A connector whose outcomes the test chooses, one opening after the other. */
public final class FakeConnector implements Connector {
  private final ManualLoop loop;
  private final ArrayDeque<FakeOpening> openings = new ArrayDeque<>();
  private int opened;
  private boolean stopped;

  /** A connector for clients on {@code loop}. */
  public FakeConnector(ManualLoop loop) {
    this.loop = loop;
  }

  /** A socket being opened. */
  public final class FakeOpening implements Opening {
    private final Target target;
    private final SocketListener listener;
    private boolean cancelled;

    FakeOpening(Target target, SocketListener listener) {
      this.target = target;
      this.listener = listener;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void onSuccess() {}

    /** What the client asked for. */
    public Target target() {
      return target;
    }

    /** Whether the client gave up. */
    public boolean cancelled() {
      return cancelled;
    }

    /** The server accepts. */
    public FakeSocket accept() {
      FakeSocket socket = new FakeSocket(loop, listener);
      loop.execute(() -> listener.onOpen(socket));
      loop.run();
      return socket;
    }

    /** The server refuses the upgrade; 0 stands for no server at all. */
    public void refuse(int httpStatus) {
      loop.execute(
          () -> listener.onRefused(httpStatus, new IOException(httpStatus == 0 ? "refused" : "")));
      loop.run();
    }
  }

  @Override
  public Opening open(Target target, SocketListener listener) {
    FakeOpening opening = new FakeOpening(target, listener);
    openings.add(opening);
    opened++;
    return opening;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void awaitEnd(Duration timeout) {}

  /** The oldest opening not asked for yet. */
  public FakeOpening next() {
    loop.run();
    return openings.remove();
  }

  /** Whether there is an opening not asked for yet. */
  public boolean waiting() {
    loop.run();
    return !openings.isEmpty();
  }

  /** How many sockets the client began to open. */
  public int opened() {
    loop.run();
    return opened;
  }

  /** Whether the client let go of it. */
  public boolean stopped() {
    return stopped;
  }
}
