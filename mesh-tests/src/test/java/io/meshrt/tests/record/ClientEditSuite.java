// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Optimistic updates of many clients. */
abstract class ClientEditSuite extends RecordSuite {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CLIENTS = 20;
  private static final int UPDATES = FULL ? 500 : 10;

  @Test
  void updatesOfManyClientsAllCount() throws Exception {
    List<RecordSubscription<Integer>> counters = counters();
    List<CompletableFuture<RecordVersion>> updates = new ArrayList<>();

    for (int i = 0; i < UPDATES; i++) {
      counters.forEach(counter -> updates.add(counter.update(n -> n == null ? 1 : n + 1)));
    }
    all(updates);

    awaitSum(counters);
  }

  @Test
  @Timeout(400)
  void updatesMadeOneAfterTheOtherAllCount() throws Exception {
    List<RecordSubscription<Integer>> counters = counters();

    all(counters.stream().map(counter -> next(counter, UPDATES)).toList());

    awaitSum(counters);
  }

  @Test
  void changesOfDifferentFieldsAllStay() throws Exception {
    List<RecordSubscription<Map<String, Integer>>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      all.add(fields(client(i)));
    }
    List<CompletableFuture<RecordVersion>> updates = new ArrayList<>();

    for (int round = 1; round <= UPDATES; round++) {
      for (int i = 0; i < CLIENTS; i++) {
        String field = "field" + i;
        int value = round;
        updates.add(all.get(i).update(before -> with(before, field, value)));
      }
    }
    all(updates);

    Map<String, Integer> expected = new LinkedHashMap<>();
    for (int i = 0; i < CLIENTS; i++) {
      expected.put("field" + i, UPDATES);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(all).allSatisfy(s -> assertThat(s.value()).isEqualTo(expected)));
  }

  private List<RecordSubscription<Integer>> counters() throws Exception {
    List<RecordSubscription<Integer>> counters = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      RecordMode mode = i % 2 == 0 ? RecordMode.PATCH : RecordMode.FULL;
      counters.add(follow(client(i), "doc:counter", Integer.class, new Log<>(), mode));
    }
    return counters;
  }

  private static CompletableFuture<RecordVersion> next(
      RecordSubscription<Integer> counter, int left) {
    return counter
        .update(n -> n == null ? 1 : n + 1)
        .thenCompose(
            done -> left == 1 ? CompletableFuture.completedFuture(done) : next(counter, left - 1));
  }

  private void awaitSum(List<RecordSubscription<Integer>> counters) throws Exception {
    int sum = CLIENTS * UPDATES;
    assertThat(
            Outcomes.result(node(0).records().get("doc:counter", Integer.class))
                .orElseThrow()
                .value())
        .isEqualTo(sum);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> counters.stream().allMatch(counter -> counter.value() == sum));
  }

  private static RecordSubscription<Map<String, Integer>> fields(MeshClient client)
      throws Exception {
    return Outcomes.result(
        client.subscribeRecord(
            "doc:fields", new Fields(), update -> {}, RecordMode.PATCH, RecordOptions.defaults()));
  }

  private static Map<String, Integer> with(Map<String, Integer> before, String field, int value) {
    Map<String, Integer> after =
        before == null ? new LinkedHashMap<>() : new LinkedHashMap<>(before);
    after.put(field, value);
    return after;
  }

  private static void all(List<CompletableFuture<RecordVersion>> updates) throws Exception {
    CompletableFuture.allOf(updates.toArray(new CompletableFuture<?>[0])).get(5, TimeUnit.MINUTES);
  }

  private static final class Fields extends TypeReference<Map<String, Integer>> {}
}
