// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody publishes what makes no sense where nodes talk to each other: nobody is told of it. */
class GarbageOnTopicsIT {
  private static final String PREFIX = "garbage";
  private static final List<String> GARBAGE =
      List.of(
          "",
          "x",
          "N",
          "N\n",
          "Ne -1 2\nx",
          "Ne 99999999999999999999 1\n",
          "U",
          "UP",
          "UX\nx y",
          "U\n",
          "U{\"kind\":\"join\"}",
          "U\n{\"kind\":\"join\",\"from\":\"nobody\",\"number\":-1}",
          "{\"a\":1}",
          "[]",
          "N" + "e".repeat(5_000),
          "9".repeat(30),
          "-1");

  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private RedisServer redis;
  private MeshCluster cluster;

  @BeforeEach
  void start() {
    redis = RedisServer.started();
    cluster =
        MeshCluster.redis(
            2,
            RedisOptions.of(redis.uri()).withPrefix(PREFIX),
            builder ->
                builder.authentication(
                    request ->
                        Authentication.accept(Identity.of(request.bearerToken().orElseThrow()))),
            this::prepare);
  }

  private void prepare(MeshServer server) {
    server.exposeRecord("score");
    server.identities().onOnline(id -> told.add("online " + id));
    server.identities().onOffline(id -> told.add("offline " + id));
    server.observe(
        new Hooks() {
          @Override
          public void onError(Throwable error, @Nullable Connection connection) {
            errors.add("server " + error);
          }
        });
  }

  @AfterEach
  void close() {
    cluster.close();
    redis.close();
  }

  @Test
  void inboxesRecordsAndWhoIsOnlineGoOn() throws Exception {
    List<List<String>> heard = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      heard.add(followed(client(node, "user " + node)));
    }
    change(1);
    await().until(() -> heard.stream().allMatch(each -> each.contains("note 1")));
    await().until(() -> heard.stream().allMatch(each -> each.contains("score 1")));
    await().until(() -> told.containsAll(List.of("online user 0", "online user 1")));

    List<String> topics = topics();
    Set<String> kinds = new TreeSet<>();
    Set<String> reached = new TreeSet<>();
    for (String topic : topics) {
      kinds.add(kindOf(topic));
      for (String garbage : GARBAGE) {
        if (!redis.command("PUBLISH", topic, garbage).startsWith(":0")) {
          reached.add(kindOf(topic));
        }
      }
    }
    change(2);
    MeshClient late = client(1, "late");
    await().until(() -> told.contains("online late"));
    late.close();

    await().until(() -> told.contains("offline late"));
    await().until(() -> heard.stream().allMatch(each -> each.contains("note 2")));
    await().until(() -> heard.stream().allMatch(each -> each.contains("score 2")));
    assertThat(topics.size() * GARBAGE.size()).isGreaterThan(100);
    assertThat(reached)
        .isEqualTo(kinds); // of each kind: what one node subscribes to comes and goes
    assertThat(heard)
        .allSatisfy(
            each ->
                assertThat(each)
                    .containsExactlyInAnyOrder("note 1", "score 1", "note 2", "score 2"));
    assertThat(told)
        .containsExactlyInAnyOrder("online user 0", "online user 1", "online late", "offline late");
    assertThat(errors).isEmpty();
  }

  private MeshClient client(int node, String identity) throws Exception {
    MeshClient client =
        cluster.client(node, builder -> builder.header("Authorization", "Bearer " + identity));
    client.onError(error -> errors.add("client " + error));
    return client;
  }

  /** What a client hears of its inbox and of the record. */
  private static List<String> followed(MeshClient client) throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    Outcomes.result(
        client.inbox(
            new InboxListener() {
              @Override
              public void onMessage(InboxMessage message) {
                heard.add("note " + message.payload());
              }

              @Override
              public void onGap(InboxGap gap) {
                heard.add("gap " + gap);
              }
            }));
    Outcomes.result(
        client
            .records()
            .subscribe(
                "score",
                Integer.class,
                update -> {
                  if (update.value() != null) {
                    heard.add("score " + update.value());
                  }
                },
                RecordMode.PATCH,
                RecordOptions.defaults()));
    return heard;
  }

  private void change(int number) throws Exception {
    for (int user = 0; user < 2; user++) {
      Outcomes.result(cluster.node(user).inboxes().keep("user " + user, "note", number));
    }
    Outcomes.result(cluster.node(number).records().write("score", number));
  }

  private static String kindOf(String topic) {
    return topic.substring(topic.lastIndexOf(':') + 1);
  }

  private List<String> topics() {
    return Stream.of(redis.command("PUBSUB", "CHANNELS", PREFIX + "*").split("\r\n"))
        .filter(line -> line.startsWith(PREFIX))
        .toList();
  }
}
