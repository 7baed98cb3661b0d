// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.collection.CollectionListener;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.collection.CollectionUpdate.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it is told. */
class Log<T> implements CollectionListener<T> {
  final List<CollectionUpdate<T>> updates = new CopyOnWriteArrayList<>();
  volatile String ended = "";

  @Override
  public void onUpdate(CollectionUpdate<T> update) throws Exception {
    updates.add(update);
  }

  @Override
  public void onEnded(String code) {
    ended = code;
  }

  /** The members told last. */
  List<CollectionMember<T>> members() {
    return updates.isEmpty() ? List.of() : last().members();
  }

  /** Their ids. */
  List<String> ids() {
    return updates.isEmpty()
        ? List.of("nothing was told")
        : last().members().stream().map(CollectionMember::id).toList();
  }

  /** Their values, by id. */
  Map<String, T> values() {
    Map<String, T> values = new HashMap<>();
    if (!updates.isEmpty()) {
      last().members().forEach(member -> values.put(member.id(), member.value()));
    }
    return values;
  }

  /** Waits until these are the members, in this order. */
  void awaitIds(String... ids) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(ids()).containsExactly(ids));
  }

  /** Waits until it is told for a reason. */
  CollectionUpdate<T> awaitReason(Reason reason) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> updates.stream().anyMatch(update -> update.reason() == reason));
    return updates.stream().filter(update -> update.reason() == reason).findFirst().orElseThrow();
  }

  /** The differences, as in UPDATE +came ~changed -went. */
  List<String> differences() {
    return updates.stream().map(Log::difference).toList();
  }

  private static String difference(CollectionUpdate<?> update) {
    return Stream.of(
            Stream.of(update.reason().name()),
            update.added().stream().map(member -> "+" + member.id()),
            update.changed().stream().map(member -> "~" + member.id()),
            update.removed().stream().map(member -> "-" + member.id()))
        .flatMap(words -> words)
        .collect(Collectors.joining(" "));
  }

  /** All differences after each other give the members each time. */
  void assertDifferencesAddUp() {
    Map<String, CollectionMember<T>> replica = new HashMap<>();
    for (CollectionUpdate<T> update : updates) {
      boolean fits =
          update.removed().stream().allMatch(one -> one.equals(replica.remove(one.id())))
              && update.changed().stream().allMatch(one -> isOther(one, replica.put(one.id(), one)))
              && update.added().stream().allMatch(one -> replica.put(one.id(), one) == null)
              && Set.copyOf(replica.values()).equals(Set.copyOf(update.members()));
      assertThat(fits).as(difference(update)).isTrue();
    }
  }

  private static boolean isOther(Object member, @Nullable Object before) {
    return before != null && !before.equals(member);
  }

  private CollectionUpdate<T> last() {
    List<CollectionUpdate<T>> all = List.copyOf(updates); // others change it
    return all.get(all.size() - 1);
  }
}
