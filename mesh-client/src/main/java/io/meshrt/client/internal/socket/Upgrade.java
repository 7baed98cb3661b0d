// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.network.Aside;
import io.meshrt.client.internal.network.IoThread;
import io.meshrt.client.internal.network.Link;
import io.meshrt.core.internal.websocket.Handshake;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes a WebSocket of one link: asks the proxy if there is one, encrypts if need be, sends the
 * upgrade request and checks the answer. Belongs to the I/O thread.
 */
final class Upgrade implements Link.Listener {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int MAX_LOCATION_CHARACTERS = 200;
  private static final int KEY_BYTES = 16;

  private final Plan plan;
  private final Outcome outcome;
  private final Link link;
  private final String key;
  private @Nullable ResponseHead awaited;
  private boolean tunnel;
  private boolean over;

  /** What is to be done. */
  record Plan(
      Connector.Target target, Route route, TcpOptions options, Aside aside, SecureRandom random) {}

  /** Hears of it, on the I/O thread: at most one connected and one of the others. */
  interface Outcome {
    /** There is a connection. */
    void onConnected();

    /** There is none. */
    void onUnreachable(Throwable cause);

    /** The server did not become a WebSocket. */
    void onRefused(int httpStatus, Throwable cause);

    /** It did; gives who is to hear of the link from now on. */
    Link.Listener onUpgraded();
  }

  Upgrade(Plan plan, IoThread io, Outcome outcome) {
    this.plan = plan;
    this.outcome = outcome;
    byte[] random = new byte[KEY_BYTES];
    plan.random().nextBytes(random);
    this.key = Base64.getEncoder().encodeToString(random);
    this.link = new Link(io, this);
  }

  /** What it works on, not open yet. */
  Link link() {
    return link;
  }

  @Override
  public void onUnreachable(Throwable cause) {
    outcome.onUnreachable(cause);
  }

  @Override
  public void onConnected() {
    outcome.onConnected();
    if (plan.route().viaProxy()) {
      tunnel = true;
      send(Requests.connect(server(), plan.options().proxyHeaders()));
    } else {
      onServerReached();
    }
  }

  @Override
  public void onSecure() {
    request();
  }

  @Override
  public void onBytes(byte[] buffer, int from, int to) {
    try {
      int index = from;
      while (index < to && !over) {
        ResponseHead head = awaited;
        if (head == null) {
          throw new IOException("bytes that nobody asked for");
        }
        index = head.read(buffer, index, to);
        if (head.isComplete()) {
          onResponse(head, buffer, index, to);
        }
      }
    } catch (IOException e) {
      refuse(0, e);
    }
  }

  @Override
  public void onEnd(@Nullable Throwable cause) {
    if (!over) {
      over = true;
      outcome.onRefused(
          0, cause == null ? new IOException("the connection ended without an answer") : cause);
    }
  }

  private void onResponse(ResponseHead head, byte[] buffer, int from, int to) throws IOException {
    int status = head.status();
    awaited = null;
    if (status < 200 && status != SWITCHING_PROTOCOLS) {
      awaited = new ResponseHead(); // of a response before the response
    } else if (tunnel) {
      if (status >= 300 || status == SWITCHING_PROTOCOLS) {
        throw new IOException("the proxy answered " + status);
      }
      tunnel = false;
      onServerReached();
    } else if (status != SWITCHING_PROTOCOLS) {
      refuse(status, new IOException(reason(head)));
    } else {
      check(head);
      Link.Listener next = outcome.onUpgraded();
      over = true;
      link.tell(next);
      if (from < to) {
        next.onBytes(buffer, from, to);
      }
    }
  }

  private void onServerReached() {
    SSLContext ssl = plan.route().ssl();
    if (ssl == null) {
      request();
      return;
    }
    Route.Authority server = server();
    SSLEngine engine = ssl.createSSLEngine(server.host(), server.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    try {
      link.secure(engine, plan.aside());
    } catch (IOException e) {
      refuse(0, e);
    }
  }

  private void request() {
    send(Requests.upgrade(plan.target(), key));
  }

  private void send(byte[] request) {
    awaited = new ResponseHead();
    link.write(request, null);
  }

  private Route.Authority server() {
    return Route.Authority.of(plan.target().uri());
  }

  private void refuse(int httpStatus, Throwable cause) {
    if (!over) {
      over = true;
      link.close();
      outcome.onRefused(httpStatus, cause);
    }
  }

  private void check(ResponseHead head) throws IOException {
    require(head.lists("Upgrade", "websocket"), "no Upgrade: websocket");
    require(head.lists("Connection", "upgrade"), "no Connection: Upgrade");
    require(
        head.values("Sec-WebSocket-Accept").equals(List.of(Handshake.accept(key))),
        "a wrong Sec-WebSocket-Accept");
    require(head.values("Sec-WebSocket-Extensions").isEmpty(), "an extension that was not offered");
    List<String> agreed = head.values("Sec-WebSocket-Protocol");
    require(
        agreed.isEmpty()
            || (agreed.size() == 1 && plan.target().subprotocols().contains(agreed.get(0))),
        "a subprotocol that was not offered");
  }

  private static void require(boolean holds, String problem) throws IOException {
    if (!holds) {
      throw new IOException("the server answered the upgrade with " + problem);
    }
  }

  private static String reason(ResponseHead head) {
    List<String> location = head.values("Location");
    if (head.status() / 100 != 3 || location.isEmpty()) {
      return "";
    }
    String to = location.get(0).replaceAll("[^!-~]", "?");
    return "redirected to " + to.substring(0, Math.min(to.length(), MAX_LOCATION_CHARACTERS));
  }
}
