// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.room.RoomEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One node or two with rooms, whatever the cluster is made of. */
abstract class RoomSuite {
  static final int MAX_ROOMS = 3;

  private TestWorld world;
  RoomNode first;
  RoomNode second;

  abstract TestWorld newWorld();

  /** Whether {@link #second} is another node than {@link #first}. */
  abstract boolean twoNodes();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new RoomNode(world.node("n1"), MAX_ROOMS);
    second = twoNodes() ? new RoomNode(world.node("n2"), MAX_ROOMS) : first;
  }

  @AfterEach
  final void closeNodes() {
    first.close();
    second.close();
    world.close();
  }

  static void assertFails(CompletableFuture<?> future, String code) {
    assertThat(future)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .havingCause()
        .satisfies(
            failure -> assertThat(((CommandException) unwrapped(failure)).code()).isEqualTo(code));
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  static String text(RoomEvent event) {
    return event.type() + " " + event.connectionId();
  }

  static JsonNode json(String text) {
    return LivePeer.json(text);
  }
}
