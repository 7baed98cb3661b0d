// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.fakes.LivePeer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A client subscribes while two publish. Somebody who was there before knows the order of
 * everything: what the client is answered and what it is pushed is the end of it, each message
 * once.
 */
abstract class SubscribingRaceContract extends ChannelContract {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 8_000 : 200;
  private static final long SEED = 20_261_121;
  private static final int MESSAGES = 6;
  private static final int KEPT = 40;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void answerAndPushesAreTheEndOfTheStory() {
    Random random = new Random(SEED);
    LivePeer witness = first().v1();
    List<LivePeer> subscribers = List.of(first().v1(), first().legacy(), first().v1());

    for (int number = 0; number < ROUNDS; number++) {
      Round round = new Round(number, random);
      round.play(witness, subscribers.get(random.nextInt(subscribers.size())));
    }
  }

  /** One subscription. */
  private final class Round {
    private final String description;
    private final String channel;
    private final int kept;
    private final int limit;
    private final int pause;
    private final boolean twice;
    private final PublishOptions options;

    Round(int number, Random random) {
      description = "round " + number + " of seed " + SEED;
      boolean shared = random.nextInt(3) == 0;
      kept = shared || random.nextInt(4) > 0 ? KEPT : 0;
      channel = shared ? "chat:race" : "chat:race" + number;
      limit = List.of(0, 3, KEPT).get(random.nextInt(3));
      pause = random.nextInt(400);
      twice = random.nextInt(4) == 0;
      options = PublishOptions.defaults().withHistory(kept);
    }

    void play(LivePeer witness, LivePeer subscriber) {
      witness.result("mesh/subscribe-channel", in("}"));
      List<CompletableFuture<?>> publishers =
          List.of(publisher(first(), "a"), publisher(second(), "b"));
      for (int i = 0; i < pause; i++) {
        Thread.onSpinWait();
      }
      if (twice) {
        subscriber.begin("mesh/subscribe-channel", in("}"));
      }
      long id = subscriber.begin("mesh/subscribe-channel", in(",\"historyLimit\":" + limit + "}"));
      subscriber.answer(id);
      publishers.forEach(ChannelContract::get);
      get(first().channels.publish(channel, "end", options));
      witness.await(frame -> frame.contains("\"end\""));
      subscriber.await(frame -> frame.contains("subscription-") && frame.contains("\"end\""));

      verify(witness, subscriber, id);
      witness.result("mesh/unsubscribe-channel", in("}"));
      subscriber.result("mesh/unsubscribe-channel", in("}"));
      witness.forget();
      subscriber.forget();
    }

    private CompletableFuture<?> publisher(ChannelNode node, String name) {
      return CompletableFuture.runAsync(
          () -> {
            for (int i = 0; i < MESSAGES; i++) {
              get(node.channels.publish(channel, name + i, options));
            }
          },
          threads);
    }

    private String in(String more) {
      return "{\"channel\":\"" + channel + "\"" + more;
    }

    private void verify(LivePeer witness, LivePeer subscriber, long id) {
      List<String> story = messages(witness.frames());
      List<String> frames = subscriber.frames();
      int reply = indexOfReply(frames, id);
      List<String> history = history(LivePeer.json(frames.get(reply)).get("payload"));
      List<String> pushed = messages(frames.subList(reply, frames.size()));
      int beforePushes = story.size() - pushed.size();

      assertThat(pushed).as(description).isEqualTo(story.subList(beforePushes, story.size()));
      if (kept > 0) {
        int known = Math.min(Math.min(limit, beforePushes), history.size());
        assertThat(history).as(description).hasSizeLessThanOrEqualTo(limit);
        assertThat(known).as(description).isEqualTo(Math.min(limit, beforePushes));
        assertThat(history.subList(history.size() - known, history.size()))
            .as(description)
            .isEqualTo(story.subList(beforePushes - known, beforePushes));
      }
    }

    private int indexOfReply(List<String> frames, long id) {
      int index = 0;
      while (!frames.get(index).startsWith("{\"id\":" + id + ",")) {
        index++;
      }
      return index;
    }

    /** Oldest first. */
    private List<String> history(JsonNode payload) {
      List<String> history = new ArrayList<>();
      boolean newestFirst = payload.has("epoch");
      payload
          .get("history")
          .forEach(
              entry ->
                  history.add(
                      entry.has("message") ? entry.get("message").asText() : entry.asText()));
      if (newestFirst) {
        Collections.reverse(history);
      }
      return history;
    }

    private List<String> messages(List<String> frames) {
      List<String> messages = new ArrayList<>();
      for (String frame : frames) {
        if (frame.contains("subscription-message")) {
          JsonNode payload = LivePeer.json(frame).get("payload");
          if (payload.get("channel").asText().equals(channel)) {
            messages.add(payload.get("message").asText());
          }
        }
      }
      return messages;
    }
  }
}
