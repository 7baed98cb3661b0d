// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.record.ListOptions;
import io.meshrt.server.record.ListedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What resolvers promise to those who follow them. */
abstract class ResolverContract extends CollectionContract {
  @Test
  void eachConnectionGetsWhatItsResolverTells() {
    expose(
        "mine",
        "",
        (node, identity) -> CompletableFuture.completedFuture(List.of("u:" + identity, "u:none")));
    write("u:anna", "1");
    write("u:otto", "2");
    LivePeer anna = second().v1("anna");
    LivePeer otto = second().v1("otto");

    assertThat(new Replica(subscribe(anna, "mine")).shown()).containsExactly("u:anna=1");
    assertThat(new Replica(subscribe(otto, "mine")).shown()).containsExactly("u:otto=2");
    write("u:anna", "3");

    assertThat(anna.told(1)).containsExactly("v2 ~u:anna");
    assertThat(otto.told()).isEmpty();
  }

  @Test
  void pagesOfAListAreCollections() {
    for (CollectionNode node : nodes()) {
      node.collections.expose(
          Pattern.compile("page:\\d"),
          "item:",
          (connection, id) ->
              node.records
                  .list("item:", ListOptions.defaults())
                  .thenApply(
                      page ->
                          page.records().stream()
                              .skip(10L * Integer.parseInt(id.substring("page:".length())))
                              .limit(10)
                              .map(ListedRecord::id)
                              .toList()));
    }
    for (int i = 0; i < 25; i++) {
      write(String.format("item:%02d", i), Integer.toString(i));
    }
    LivePeer peer = second().v1();

    List<Integer> sizes = new ArrayList<>();
    for (int page = 0; page < 4; page++) {
      sizes.add(subscribe(peer, "page:" + page).get("records").size());
    }
    delete("item:00");

    assertThat(sizes).containsExactly(10, 10, 5, 0);
    assertThat(peer.told(3))
        .containsExactlyInAnyOrder("v2 +item:10 -item:00", "v2 +item:20 -item:10", "v2 -item:20");
  }

  @Test
  void onlyWhatIsWatchedMakesItRunAgainAndAllItTellsIsFollowed() {
    AtomicInteger runs = new AtomicInteger();
    expose(
        "mine",
        "u:",
        (node, identity) -> {
          runs.incrementAndGet();
          return CompletableFuture.completedFuture(List.of("u:1", "v:1"));
        });
    LivePeer peer = second().v1("anna");
    subscribe(peer, "mine");

    write("w:1", "1");
    write("v:1", "1");
    assertThat(peer.told(1)).containsExactly("v2 +v:1");
    write("v:1", "2");
    assertThat(peer.told(2)).endsWith("v3 ~v:1");
    assertThat(runs).hasValue(1);
    write("u:1", "1");

    assertThat(peer.told(3)).endsWith("v4 +u:1");
    assertThat(runs).hasValue(2);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(second().live.metrics().collectionCounts().resolutions()).isEqualTo(2));
  }

  @Test
  void resolverMayRefuseAtFirstAndLater() {
    AtomicBoolean allowed = new AtomicBoolean();
    expose(
        "mine",
        "",
        (node, identity) -> {
          if (!allowed.get()) {
            throw CommandException.accessDenied("no");
          }
          return CompletableFuture.completedFuture(List.of("u:1"));
        });
    LivePeer peer = second().v1("anna");
    assertThat(subscribe(peer, "mine").path("code").asText()).isEqualTo("EACCESS");
    assertThat(subscribe(second().legacy(), "mine").get("success").asBoolean()).isFalse();
    allowed.set(true);
    assertThat(subscribe(peer, "mine").has("records")).isTrue();

    allowed.set(false);
    write("u:1", "1");

    assertThat(peer.told(1)).containsExactly("revoked EACCESS");
    Awaitility.await().until(() -> second().live.counts().of(peer.session()) == 0);
    Awaitility.await().until(() -> second().collections.followed() == 0);
  }

  @Test
  void resolverThatFailsIsAskedAgain() {
    AtomicInteger runs = new AtomicInteger();
    expose(
        "mine",
        "",
        (node, identity) -> {
          if (runs.incrementAndGet() == 2) {
            throw new IllegalStateException("broken");
          }
          return CompletableFuture.completedFuture(List.of("u:1"));
        });
    LivePeer peer = second().v1("anna");
    subscribe(peer, "mine");

    write("u:1", "1");

    assertThat(peer.told(1)).containsExactly("v2 +u:1");
    assertThat(runs.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void oneRunIsUnderWayAtATime() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<List<String>>> waiting = new ArrayList<>();
    expose(
        "mine",
        "",
        (node, identity) -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          CompletableFuture<List<String>> answer = new CompletableFuture<>();
          synchronized (waiting) {
            waiting.add(answer);
          }
          return answer.whenComplete((ids, failure) -> running.decrementAndGet());
        });
    LivePeer peer = second().v1("anna");
    long request = peer.begin("mesh/subscribe-collection", of("mine"));
    answerNext(waiting, List.of());
    peer.answer(request);

    write("u:1", "1");
    Awaitility.await().until(() -> running.get() == 1);
    write("u:2", "1");
    answerNext(waiting, List.of("u:1"));
    assertThat(peer.told(1)).containsExactly("v2 +u:1");
    answerNext(waiting, List.of("u:1", "u:2"));

    assertThat(peer.told(2)).containsExactly("v2 +u:1", "v3 +u:2");
    assertThat(most).hasValue(1);
  }

  private static void answerNext(List<CompletableFuture<List<String>>> waiting, List<String> ids) {
    Awaitility.await()
        .until(
            () -> {
              synchronized (waiting) {
                return !waiting.isEmpty();
              }
            });
    CompletableFuture<List<String>> next;
    synchronized (waiting) {
      next = waiting.remove(0);
    }
    next.complete(ids);
  }

  private interface Answers {
    CompletionStage<List<String>> ask(CollectionNode node, String identity);
  }

  private void expose(String id, String watched, Answers answers) {
    for (CollectionNode node : nodes()) {
      node.collections.expose(
          id,
          watched,
          (connection, name) ->
              answers.ask(node, connection.identity().map(user -> user.id()).orElse("nobody")));
    }
  }
}
