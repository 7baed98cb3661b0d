// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.room.RoomMessage;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While Redis is away sending fails in time; when it is back, everything works as before. */
class LostRedisIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RedisServer redis =
      RedisServer.started("appendonly", "yes", "appendfsync", "always");
  private MeshCluster cluster;
  private MeshClient ann;
  private MeshClient bob;

  @BeforeEach
  void start() throws Exception {
    cluster =
        MeshCluster.redis(
            2,
            RedisOptions.of(redis.uri()),
            builder -> builder,
            server -> {
              server.persistentRooms(Pattern.compile("r.*"));
              server.exposeRoom(Pattern.compile("r.*"));
              server.exposeRoomMessages(Pattern.compile("r.*"));
            });
    ann = cluster.client(0);
    bob = cluster.client(1);
    Outcomes.result(ann.rooms().joinPersistent("r1"));
    Outcomes.result(bob.rooms().joinPersistent("r1"));
  }

  @AfterEach
  void close() {
    cluster.close();
    redis.close();
  }

  @Test
  void sendingFailsInTimeAndWorksAgainWithoutReconnecting() throws Exception {
    List<RoomMessage> log = RoomWorld.heard(bob);
    Outcomes.result(ann.rooms().send("r1", "before"));
    await().until(() -> log.size() == 1);
    String annBefore = RoomWorld.id(ann);
    String bobBefore = RoomWorld.id(bob);

    redis.kill();
    assertThat(Outcomes.code(ann.rooms().send("r1", "lost"))).isEqualTo("EUNAVAILABLE");
    assertThat(Outcomes.code(ann.rooms().joinPersistent("r2"))).isEqualTo("EUNAVAILABLE");
    redis.start();

    // A node that is back may send before another one hears again; that is told there as a gap.
    await()
        .atMost(PATIENCE)
        .until(() -> sends(ann, "after") && RoomWorld.texts(log).contains("after"));
    assertThat(RoomWorld.texts(log)).doesNotContain("lost");
    assertThat(RoomWorld.id(ann)).isEqualTo(annBefore);
    assertThat(RoomWorld.id(bob)).isEqualTo(bobBefore);
  }

  @Test
  void whoConnectsMeanwhileIsInItsRoomsLater() throws Exception {
    String token = ann.rooms().token().orElseThrow();
    ann.close();
    redis.kill();
    MeshClient again = cluster.client(1, builder -> builder.roomToken(token));
    assertThat(again.rooms().persistent()).isEmpty();

    redis.start();

    await().atMost(PATIENCE).until(() -> again.rooms().persistent().contains("r1"));
    List<RoomMessage> log = RoomWorld.heard(again);
    await()
        .atMost(PATIENCE)
        .until(() -> sends(bob, "here") && RoomWorld.texts(log).contains("here"));
  }

  private static boolean sends(MeshClient client, String text) throws Exception {
    try {
      Outcomes.result(client.rooms().send("r1", text));
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(CommandException.class);
      return false;
    }
  }
}
