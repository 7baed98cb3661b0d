// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.GracefulExit;
import io.meshrt.server.MeshHttpHandler;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.presence.PresenceOptions;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.SetHeaderHandler;
import io.undertow.server.handlers.resource.ClassPathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two pages on one server: a chat with rooms, and a board that several people edit at once. The
 * pages themselves are in {@code src/main/resources/web}; they use the browser client as it comes.
 */
public final class WebPages implements AutoCloseable {
  private static final List<String> ROOMS = List.of("lobby", "kitchen", "garden");
  private static final String BOARD = "board:party";

  private final MeshServer server;
  private final Undertow undertow;

  private WebPages(MeshServer server, Undertow undertow) {
    this.server = server;
    this.undertow = undertow;
  }

  /**
   * Serves on 127.0.0.1 until the program is ended.
   *
   * @param args the port, 8080 when left out, and the URL of a Redis; in memory when left out
   */
  public static void main(String[] args) throws InterruptedException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
    MeshServerBuilder builder = MeshServer.builder();
    WebPages pages = start(args.length > 1 ? builder.redis(args[1]) : builder, port);
    System.out.println("open http://localhost:" + pages.port() + " in two tabs");

    GracefulExit.of(pages.server())
        .beforeExit(signal -> CompletableFuture.runAsync(pages::close), Duration.ofSeconds(10))
        .await();
  }

  /** Starts both on one port; 0 takes any that is free. */
  public static WebPages start(MeshServerBuilder builder, int port) {
    // snippet: start
    HeartbeatOptions often = HeartbeatOptions.defaults().withPingInterval(Duration.ofSeconds(5));
    MeshServer server = builder.path("/socket").browserClient().heartbeat(often).build();
    openChat(server);
    openBoard(server);
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(port, "127.0.0.1")
            .setHandler(new MeshHttpHandler(server, files()))
            .build();
    // end
    WebPages pages = new WebPages(server, undertow);
    try {
      fillBoard(server);
      undertow.start();
      return pages;
    } catch (RuntimeException e) {
      pages.close();
      throw e;
    }
  }

  private static void openChat(MeshServer server) {
    // snippet: chat
    Pattern rooms = Pattern.compile(String.join("|", ROOMS));
    Pattern channels = Pattern.compile("chat:(" + rooms + ")");
    server.registerCommand("chat/rooms", ctx -> ROOMS);
    server.exposeRoom(rooms);
    server.trackPresence(rooms, PresenceOptions.defaults());
    server.exposeChannel(channels);
    server.exposePublish(channels, (connection, channel) -> true);
    server.channels().policy(channels, ChannelPolicy.history(200));
    // end
  }

  private static void openBoard(MeshServer server) {
    // snippet: board
    server.exposeRecord(BOARD);
    server.exposeWritableRecord(BOARD);
    server.exposeRoom(BOARD);
    server.trackPresence(BOARD);
    // end
  }

  /** What is to be done; {@code by} somebody, once somebody has taken it. */
  record Card(String text, String column, int order, int votes, @Nullable String by) {}

  /** By id. */
  record Cards(Map<String, Card> cards) {}

  /** Another node may have been first. */
  private static void fillBoard(MeshServer server) {
    Cards first =
        new Cards(
            Map.of(
                "lanterns", new Card("Hang the lanterns", "todo", 1, 2, null),
                "cake", new Card("Bake a cake", "todo", 2, 5, null),
                "music", new Card("Choose the music", "doing", 3, 1, null),
                "guests", new Card("Invite the guests", "done", 4, 0, null)));
    server
        .records()
        .update(BOARD, Cards.class, present -> present == null ? first : present)
        .join();
  }

  /** The files of the pages, which may use nothing of other hosts. */
  private static HttpHandler files() {
    ResourceHandler files =
        new ResourceHandler(new ClassPathResourceManager(WebPages.class.getClassLoader(), "web"));
    String policy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    return new SetHeaderHandler(
        new SetHeaderHandler(files, "Content-Security-Policy", policy),
        "Cache-Control",
        "no-cache");
  }

  /** Where the pages are. */
  public int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  /** The server behind them. */
  public MeshServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
    undertow.stop();
  }
}
