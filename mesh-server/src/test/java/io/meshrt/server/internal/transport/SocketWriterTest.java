// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.xnio.channels.Configurable;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

class SocketWriterTest {
  private static final int FAR_TOO_OFTEN = 1000;

  private int written;
  private boolean writesResumed;

  @Test
  void endlessBytesToAnEndlessSocketLeaveTheThreadToOthersInBetween() throws Exception {
    SocketWriter writer = new SocketWriter(new IoThread(null, 0), sinkThatTakesAll());

    assertThat(writer.write(new EndlessBytes())).isTrue();

    assertThat(written).isBetween(1 << 20, 8 << 20);
    assertThat(writer.isBlocked()).isTrue();
    assertThat(writesResumed).isTrue();
  }

  @Test
  void goesOnWhenTheSocketsTurnComesAgain() throws Exception {
    SocketWriter writer = new SocketWriter(new IoThread(null, 0), sinkThatTakesAll());
    EndlessBytes bytes = new EndlessBytes();
    writer.write(bytes);
    int before = written;
    writer.unblock();

    writer.write(bytes);

    assertThat(written).isEqualTo(2 * before);
  }

  private ConduitStreamSinkChannel sinkThatTakesAll() {
    StreamSinkConduit conduit =
        (StreamSinkConduit)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {StreamSinkConduit.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "write" -> take((ByteBuffer) arguments[0]);
                      case "flush" -> true;
                      case "isWriteResumed" -> writesResumed;
                      case "resumeWrites" -> resume(true);
                      case "suspendWrites" -> resume(false);
                      default -> null;
                    });
    return new ConduitStreamSinkChannel(Configurable.EMPTY, conduit);
  }

  private int take(ByteBuffer bytes) {
    int count = bytes.remaining();
    bytes.position(bytes.limit());
    written += count;
    return count;
  }

  private Object resume(boolean resumed) {
    writesResumed = resumed;
    return null;
  }

  private static final class EndlessBytes implements OutgoingBytes {
    private int fills;

    @Override
    public void fill(ByteBuffer target) {
      if (++fills > FAR_TOO_OFTEN) {
        throw new IllegalStateException("asked " + fills + " times");
      }
      target.position(target.limit());
    }

    @Override
    public void advance(int bytes) {}

    @Override
    public void offerControl(byte[] frame) {}

    @Override
    public void discardData() {}

    @Override
    public boolean isEmpty() {
      return false;
    }
  }
}
