// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.tests.harness.Outcomes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Writes numbers that only grow, and reads them elsewhere: what is read never falls behind what was
 * acknowledged, since that is what a change applied late or a second time would do. Nothing is
 * there while the lease of the connection's node has run out, which no whole step finds.
 */
final class CountActor extends Actor {
  private final IntFunction<CompletableFuture<?>> write;
  private final Supplier<CompletableFuture<Optional<Integer>>> read;
  private int acknowledged = -1;
  private int tried = -1;

  CountActor(
      String name,
      IntFunction<CompletableFuture<?>> write,
      Supplier<CompletableFuture<Optional<Integer>>> read) {
    super(name);
    this.write = write;
    this.read = read;
  }

  @Override
  void step(int number) {
    tried = number;
    if (tally().isDone(() -> write.apply(number))) {
      acknowledged = number;
    }
    boolean unused = tally().isDone(() -> read.get().thenAccept(this::see));
  }

  private void see(Optional<Integer> value) {
    if (value.isEmpty()) {
      tally().setback();
      return;
    }
    int now = value.get();
    if (now < acknowledged || now > tried) {
      tally().surprise("read " + now + ", acknowledged " + acknowledged + ", tried " + tried);
    }
  }

  @Override
  void verify() throws Exception {
    int now = Outcomes.result(read.get()).orElse(-1);
    assertThat(now).as("%s", tally()).isBetween(acknowledged, tried);
  }
}
