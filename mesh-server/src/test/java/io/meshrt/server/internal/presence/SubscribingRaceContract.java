// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.presence.PresenceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A client subscribes while members come, go and say things: of what each member did, the snapshot
 * holds a beginning and the pushes are the rest.
 */
abstract class SubscribingRaceContract extends PresenceContract {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 8_000 : 200;
  private static final long SEED = 20_261_121;
  private static final int MEMBERS = 3;
  private static final int STEPS = 6;
  private static final int LAST = -1;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Override
  PresenceFeature.Settings settings() {
    return new PresenceFeature.Settings(8 * 1024, millis(20), millis(1));
  }

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void snapshotAndPushesMakeOneStory() {
    Pattern rooms = Pattern.compile("race\\d+");
    first().presence.track(rooms, PresenceOptions.defaults());
    second().presence.track(rooms, PresenceOptions.defaults());
    LivePeer subscriber = first().v1();
    // Follows one of the rooms all the time.
    first().v1().result("mesh/subscribe-presence", in("race0"));
    List<Member> members =
        IntStream.range(0, MEMBERS)
            .mapToObj(i -> new Member(i % 2 == 0 ? first() : second()))
            .toList();
    Random random = new Random(SEED);

    for (int round = 0; round < ROUNDS; round++) {
      String room = "race" + (random.nextBoolean() ? 0 : round);
      play(subscriber, members, room, random, "round " + round + " of seed " + SEED);
    }
  }

  private void play(
      LivePeer subscriber, List<Member> members, String room, Random random, String description) {
    List<CompletableFuture<?>> plays = new ArrayList<>();
    for (Member member : members) {
      Random own = new Random(random.nextLong());
      plays.add(CompletableFuture.runAsync(() -> member.play(room, own), threads));
    }
    JsonNode snapshot = subscriber.result("mesh/subscribe-presence", in(room));
    plays.forEach(PresenceContract::get);
    for (Member member : members) {
      member.say(room, LAST);
      String end = "state " + member.peer.id() + " " + LAST;
      subscriber.await(frame -> subscriber.told().contains(end));
    }

    List<String> told = subscriber.told();
    for (Member member : members) {
      assertOneStory(snapshot, told, member, description);
    }
    subscriber.result("mesh/unsubscribe-presence", in(room));
    subscriber.forget();
    members.forEach(member -> member.end(room));
  }

  private static void assertOneStory(
      JsonNode snapshot, List<String> told, Member member, String description) {
    String id = member.peer.id();
    List<String> rest =
        told.stream()
            .filter(push -> push.contains(id))
            .map(push -> push.replace(" " + id, ""))
            .toList();
    List<String> story = member.story;

    assertThat(rest).as(description).hasSizeLessThanOrEqualTo(story.size());
    int split = story.size() - rest.size();
    assertThat(rest).as(description).isEqualTo(story.subList(split, story.size()));
    assertThat(shown(snapshot, id)).as(description).isEqualTo(state(story.subList(0, split)));
  }

  /** What a snapshot says of a member. */
  private static String shown(JsonNode snapshot, String id) {
    boolean present = snapshot.get("present").findValuesAsText("id").contains(id);
    JsonNode state = snapshot.get("states").get(id);
    return (present ? "present" : "absent") + (state == null ? "" : " " + state);
  }

  /** What a story has led to. */
  private static String state(List<String> story) {
    String state = "absent";
    for (String event : story) {
      state =
          switch (event) {
            case "join" -> "present";
            case "leave" -> "absent";
            default -> "present" + event.substring("state".length());
          };
    }
    return state;
  }

  private static String in(String room) {
    return "{\"roomName\":\"" + room + "\"}";
  }

  /** A connection, and what it did in this round, in order. */
  private static final class Member {
    private final PresenceNode node;
    private final LivePeer peer;
    private final List<String> story = new ArrayList<>();
    private boolean joined;
    private int said;

    Member(PresenceNode node) {
      this.node = node;
      this.peer = node.v1();
    }

    void play(String room, Random random) {
      for (int i = 0; i < STEPS; i++) {
        if (joined && random.nextInt(3) == 0) {
          leave(room);
        } else if (joined || random.nextBoolean()) {
          say(room, ++said);
        } else {
          join(room);
        }
      }
    }

    void say(String room, int number) {
      if (!joined) {
        join(room);
      }
      String payload = "{\"roomName\":\"" + room + "\",\"state\":" + number + "}";
      assertThat(peer.result("mesh/publish-presence-state", payload).asBoolean()).isTrue();
      story.add("state " + number);
    }

    private void join(String room) {
      node.join(peer, room);
      joined = true;
      story.add("join");
    }

    private void leave(String room) {
      node.leave(peer, room);
      joined = false;
      story.add("leave");
    }

    /** Out of the room, with nothing to remember. */
    void end(String room) {
      leave(room);
      story.clear();
      peer.forget();
    }
  }
}
