// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.ChannelPipe;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

class HttpStageTest {
  private final List<String> events = new ArrayList<>();
  private XnioWorker worker;
  private StreamConnection socket;
  private StreamConnection peer;
  private HttpStage stage;

  @BeforeEach
  void open() throws Exception {
    worker =
        Xnio.getInstance(HttpStageTest.class.getClassLoader())
            .createWorkerBuilder()
            .setWorkerName("http-stage-test")
            .setWorkerIoThreads(1)
            .build();
    ChannelPipe<StreamConnection, StreamConnection> pipe = worker.createFullDuplexPipeConnection();
    socket = pipe.getLeftSide();
    peer = pipe.getRightSide();
    stage = new HttpStage(socket);
    stage.setCloseListener(closed -> events.add("stage closed"));
    socket.setCloseListener(closed -> events.add("socket closed"));
  }

  @AfterEach
  void close() {
    IoUtils.safeClose(socket, peer);
    worker.shutdownNow();
  }

  @Test
  void leavingEndsTheStageAndNotTheSocket() {
    StreamConnection left = stage.leave();

    assertThat(left).isSameAs(socket);
    assertThat(events).containsExactly("stage closed");
    assertThat(stage.isOpen()).isFalse();
    assertThat(stage.isReadShutdown()).isTrue();
    assertThat(stage.isWriteShutdown()).isTrue();
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void aStageThatWasLeftIsNotToldOfTheSocketAgain() {
    stage.leave();

    IoUtils.safeClose(socket);

    assertThat(events).containsExactly("stage closed", "socket closed");
  }

  @Test
  void closingTheStageClosesTheSocket() {
    IoUtils.safeClose(stage);

    assertThat(events).containsExactlyInAnyOrder("stage closed", "socket closed");
    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void closingTheSocketClosesTheStage() {
    IoUtils.safeClose(socket);

    assertThat(events).containsExactly("stage closed", "socket closed");
    assertThat(stage.isOpen()).isFalse();
  }

  @Test
  void afterLeavingTheSocketsOwnListenersHearOfIt() throws Exception {
    CountDownLatch readable = new CountDownLatch(1);
    CountDownLatch writable = new CountDownLatch(1);
    stage.leave();

    socket
        .getSourceChannel()
        .setReadListener(
            source -> {
              source.suspendReads();
              readable.countDown();
            });
    socket
        .getSinkChannel()
        .setWriteListener(
            sink -> {
              sink.suspendWrites();
              writable.countDown();
            });
    socket.getSourceChannel().resumeReads();
    socket.getSinkChannel().resumeWrites();
    peer.getSinkChannel().write(java.nio.ByteBuffer.wrap(new byte[] {1}));

    assertThat(readable.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(writable.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
