// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A chat in the terminal: shows what was said before and what is said, says the lines that are
 * typed. The one who comes first is the server too, others come with its URL; an empty line ends
 * it. Without a name two clients say a few words to each other.
 */
public final class Chat {
  private static final String CHANNEL = "chat:lobby";

  private Chat() {}

  /** What is said. */
  record Said(String by, String text) {}

  /**
   * Chats.
   *
   * @param args a name, and the URL of a server that somebody else has started
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 0) {
      talkToItself();
    } else if (args.length > 1) {
      chat(args[0], args[1]);
    } else {
      serveAndChat(args[0]);
    }
  }

  private static void serveAndChat(String name) throws IOException {
    try (MeshServer server = server(8080)) {
      System.out.println("Others join with: Chat <name> ws://localhost:" + server.port());
      chat(name, "ws://localhost:" + server.port());
    }
  }

  // snippet: server
  static MeshServer server(int port) {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(port).build();
    server.exposeChannel(CHANNEL);
    server.channels().exposePublish(CHANNEL, (connection, channel) -> true, true);
    server.channels().policy(CHANNEL, ChannelPolicy.history(100));
    server.start();
    return server;
  }

  // end

  private static void talkToItself() throws InterruptedException {
    try (MeshServer server = server(0);
        MeshClient ann = connected("ws://localhost:" + server.port());
        MeshClient bob = connected("ws://localhost:" + server.port())) {
      say(ann, "Ann", "Is anybody here?");
      Screen screen = new Screen(3);
      enter(bob, screen);
      say(bob, "Bob", "I am.");
      say(ann, "Ann", "I had hoped so.");
      screen.awaitWanted();
    }
  }

  private static void chat(String name, String url) throws IOException {
    try (MeshClient client = connected(url)) {
      enter(client, new Screen(0));
      BufferedReader keyboard =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      String line = keyboard.readLine();
      while (line != null && !line.isBlank()) {
        say(client, name, line);
        line = keyboard.readLine();
      }
    }
  }

  private static MeshClient connected(String url) {
    MeshClient client = MeshClient.builder(url).build();
    client.connect().join();
    return client;
  }

  // snippet: client
  static void enter(MeshClient client, Screen screen) {
    SubscribeOptions options = SubscribeOptions.history(20).withHistoryToListener();
    client.subscribe(CHANNEL, Said.class, screen, options).join();
  }

  static void say(MeshClient client, String name, String text) {
    client.publish(CHANNEL, new Said(name, text)).join();
  }

  // end

  // snippet: listener
  /** Shows what is said. */
  static final class Screen implements ChannelListener<Said> {
    private final CountDownLatch wanted;

    Screen(int wanted) {
      this.wanted = new CountDownLatch(wanted);
    }

    @Override
    public void onMessage(@Nullable Said said) {
      if (said != null) {
        System.out.println(said.by() + ": " + said.text());
        wanted.countDown();
      }
    }

    @Override
    public void onGap(ChannelGap gap) {
      System.out.println("(something was said that you cannot hear)");
    }

    void awaitWanted() throws InterruptedException {
      wanted.await();
    }
  }
  // end
}
