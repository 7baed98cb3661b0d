// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.util.List;

/** Publishes as Mesa's dispatchers do, over a connection to Redis of its own. */
public final class OldDispatcher implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;
  private final String channel;

  public OldDispatcher(String redis, String channel) throws IOException {
    URI uri = URI.create(redis);
    this.socket = new Socket(uri.getHost(), uri.getPort());
    this.socket.setSoTimeout(20_000);
    this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    this.channel = channel;
  }

  /** Publishes a message or an event; tells how many heard it. */
  public int dispatch(String message, String... recipients) throws IOException {
    List<String> quoted = List.of(recipients).stream().map(id -> "\"" + id + "\"").toList();
    return publish(
        "{\"message\":" + message + ",\"recipients\":[" + String.join(",", quoted) + "]}");
  }

  /** Publishes anything; tells how many heard it. */
  public int publish(String text) throws IOException {
    StringBuilder command = new StringBuilder("*3\r\n");
    for (String part : List.of("PUBLISH", channel, text)) {
      command.append('$').append(part.getBytes(UTF_8).length).append("\r\n");
      command.append(part).append("\r\n");
    }
    socket.getOutputStream().write(command.toString().getBytes(UTF_8));
    return Integer.parseInt(in.readLine().substring(1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
