// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Redis is killed and restarted, and has written down everything it acknowledged. */
class RedisRestartIT extends RedisFaults {
  private static final Retention ALL = Retention.keep(1_000_000);

  private final AtomicBoolean done = new AtomicBoolean();

  @Override
  String[] options() {
    return new String[] {"appendonly", "yes", "appendfsync", "always"};
  }

  @Test
  void acknowledgedPublicationsSurviveOnceAndInOrder() {
    HeardTopic there = hear(second(), NEWS);
    CompletableFuture<List<String>> one =
        CompletableFuture.supplyAsync(() -> publishUntilDone(first(), "a"));
    CompletableFuture<List<String>> other =
        CompletableFuture.supplyAsync(() -> publishUntilDone(second(), "b"));
    CompletableFuture<List<String>> careless =
        CompletableFuture.supplyAsync(() -> publishOnceEach(second(), "c"));

    for (int i = 0; i < (FULL ? 10 : 2); i++) {
      int heard = there.publications().size();
      there.await(h -> h.publications().size() > heard);
      redis().kill();
      redis().start();
    }
    int heard = there.publications().size();
    there.await(h -> h.publications().size() > heard + 50);
    done.set(true);

    List<String> fromFirst = get(one);
    List<String> fromSecond = get(other);
    List<String> fromCareless = get(careless);
    List<String> stored = stored();
    assertThat(stored).doesNotHaveDuplicates().containsAll(fromCareless);
    assertThat(stored.stream().filter(text -> text.startsWith("a")).toList()).isEqualTo(fromFirst);
    assertThat(stored.stream().filter(text -> text.startsWith("b")).toList()).isEqualTo(fromSecond);
    there.await(h -> lastOffset(h) == stored.size());
    assertHolesAreAnnounced(there, stored.size());
  }

  /** Publishes one after the other, each until it is acknowledged. */
  private List<String> publishUntilDone(TestNode node, String letter) {
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; !done.get(); i++) {
      String text = letter + i;
      Outgoing message = new Outgoing(text.getBytes(UTF_8), ALL, Optional.of(text));
      boolean accepted = false;
      while (!accepted) {
        accepted =
            node.topics()
                .publish(NEWS, message)
                .handle((position, failure) -> failure == null)
                .join();
      }
      acknowledged.add(text);
    }
    return acknowledged;
  }

  /** Publishes without ids, each text once; tells which were acknowledged. */
  private List<String> publishOnceEach(TestNode node, String letter) {
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; !done.get(); i++) {
      String text = letter + i;
      Outgoing message = Outgoing.of(text.getBytes(UTF_8), ALL);
      if (node.topics().publish(NEWS, message).handle((p, failure) -> failure == null).join()) {
        acknowledged.add(text);
      }
    }
    return acknowledged;
  }

  private List<String> stored() {
    List<String> stored = new ArrayList<>();
    Position from =
        new Position(get(first().topics().read(NEWS, HistoryQuery.newest(1))).head().epoch(), 0);
    History page;
    do {
      page = get(first().topics().read(NEWS, HistoryQuery.after(from, 300)));
      for (Publication publication : page.publications()) {
        assertThat(publication.position().follows(from)).isTrue();
        from = publication.position();
        stored.add(new String(publication.payload(), UTF_8));
      }
    } while (page.more());
    return stored;
  }

  private static long lastOffset(HeardTopic heard) {
    List<Publication> publications = heard.publications();
    return publications.get(publications.size() - 1).position().offset();
  }

  private static void assertHolesAreAnnounced(HeardTopic heard, int stored) {
    Set<Long> offsets = new HashSet<>();
    heard.publications().forEach(publication -> offsets.add(publication.position().offset()));
    assertThat(offsets).hasSize(heard.publications().size());
    if (offsets.size() < stored - 2) {
      assertThat(heard.gaps()).isNotEmpty();
    }
  }
}
