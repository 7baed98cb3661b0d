// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;

/** Speaks as Mesa's clients do, by hand, and reads frames as they come. */
final class MesaSocket implements AutoCloseable {
  private final RawWebSocket socket;

  private MesaSocket(RawWebSocket socket) {
    this.socket = socket;
  }

  /** Connects, and has yet to read the hello. */
  static MesaSocket unread(int port, String path) throws IOException {
    return new MesaSocket(RawWebSocket.to(port).path(path).open());
  }

  /** Connects and reads the hello. */
  static MesaSocket open(int port) throws IOException {
    MesaSocket socket = unread(port, "/mesa");
    assertThat(socket.read()).startsWith("{\"op\":10,");
    return socket;
  }

  /** The same, authenticated. */
  static MesaSocket open(int port, String identity) throws IOException {
    return open(port, identity, true);
  }

  static MesaSocket open(int port, String identity, boolean sync) throws IOException {
    MesaSocket socket = open(port);
    socket.send("{\"op\":2,\"d\":{\"id\":\"" + identity + "\",\"shouldSync\":" + sync + "}}");
    assertThat(socket.read()).isEqualTo("{\"op\":22,\"d\":{\"id\":\"" + identity + "\"}}");
    return socket;
  }

  void send(String text) throws IOException {
    socket.sendText(text);
  }

  void sendBinary(byte[] bytes) throws IOException {
    socket.send(RawFrame.of(RawFrame.BINARY, bytes).masked());
  }

  /** Asks something that is answered, and reads the answer: what was sent before has come. */
  void settle() throws IOException {
    send("{\"op\":0,\"d\":{\"n\":1},\"t\":\"ECHO\"}");
    assertThat(read()).isEqualTo("{\"op\":0,\"d\":{\"n\":1},\"t\":\"ECHO\"}");
  }

  /** The next message; null at the end. */
  String read() throws IOException {
    return socket.readText();
  }

  /** The close frame behind whatever comes before; null when there is none. */
  RawFrame readClose() throws IOException {
    return socket.readClose();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Ends without a close frame. */
  void reset() throws IOException {
    socket.reset();
  }
}
