// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.fakes.LivePeer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who may subscribe, whatever guards do. */
abstract class GuardContract extends ChannelContract {
  private static final String TO_ROOM = "{\"channel\":\"room:7\"}";

  @Test
  void aGuardTellsClientsApartAndHearsTheConcreteName() {
    AtomicReference<String> asked = new AtomicReference<>();
    first()
        .channels
        .expose(
            Pattern.compile("room:\\d+"),
            (connection, name) -> {
              asked.set(name);
              return connection.identity().isPresent();
            });

    assertThat(subscribes(first().v1("anna"))).isTrue();
    assertThat(subscribes(first().v1())).isFalse();
    assertThat(asked).hasValue("room:7");
  }

  @Test
  void aGuardAddedToANameThatWasOpenCounts() {
    first().channels.expose("room:7");
    first().channels.expose("room:7", (connection, name) -> connection.identity().isPresent());

    assertThat(subscribes(first().v1("anna"))).isTrue();
    assertThat(subscribes(first().v1())).isFalse();
  }

  @Test
  void ofAllThatMatchOneRefusalIsEnough() {
    first().channels.expose("room:7");
    first().channels.expose(Pattern.compile("room:.*"), (connection, name) -> false);

    assertThat(subscribes(first().v1())).isFalse();
  }

  @Test
  void aGuardThatThrowsRefuses() {
    first()
        .channels
        .expose(
            "room:7",
            (connection, name) -> {
              throw new IllegalStateException("meant to be logged");
            });

    assertThat(subscribes(first().v1())).isFalse();
  }

  @Test
  void aStageMayAdmitOrRefuseAndNoStageRefuses() {
    AtomicReference<CompletableFuture<Boolean>> answer = new AtomicReference<>();
    first().channels.expose("room:7", Guard.async((connection, name) -> answer.get()));

    answer.set(CompletableFuture.completedFuture(true));
    assertThat(subscribes(first().v1())).isTrue();
    answer.set(CompletableFuture.completedFuture(false));
    assertThat(subscribes(first().v1())).isFalse();
    answer.set(CompletableFuture.completedFuture(null));
    assertThat(subscribes(first().v1())).isFalse();
    answer.set(CompletableFuture.failedFuture(new IllegalStateException("meant to be logged")));
    assertThat(subscribes(first().v1())).isFalse();
    answer.set(null);
    assertThat(subscribes(first().v1())).isFalse();
  }

  @Test
  void whileAGuardThinksNothingIsGiven() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    first()
        .channels
        .expose(
            "room:7",
            Guard.async(
                (connection, name) -> {
                  asked.complete(true);
                  return answer;
                }));
    LivePeer peer = first().v1();

    long id = peer.begin("mesh/subscribe-channel", TO_ROOM);
    get(asked);
    get(second().channels.publish("room:7", "before"));
    answer.complete(true);
    peer.answer(id);
    get(second().channels.publish("room:7", "after"));

    assertThat(peer.told(1)).containsExactly("room:7 \"after\"");
  }

  @Test
  void eachRequestIsAskedAnewAndARefusalEndsWhatWasThere() {
    AtomicBoolean allowed = new AtomicBoolean(true);
    first().channels.expose("room:7", (connection, name) -> allowed.get());
    LivePeer peer = first().v1();
    LivePeer witness = first().v1();
    boolean before = subscribes(peer) && subscribes(witness);
    allowed.set(false);

    boolean after = subscribes(peer);
    get(second().channels.publish("room:7", "news"));

    assertThat(before).isTrue();
    assertThat(after).isFalse();
    assertThat(witness.told(1)).containsExactly("room:7 \"news\"");
    assertThat(peer.told()).isEmpty();
    assertThat(peer.result("mesh/get-channel-history", TO_ROOM).get("code").asText())
        .isEqualTo("EACCESS");
    assertThat(peer.result("mesh/unsubscribe-channel", TO_ROOM).asBoolean()).isFalse();
  }

  private static boolean subscribes(LivePeer peer) {
    return peer.result("mesh/subscribe-channel", TO_ROOM).path("success").asBoolean();
  }
}
