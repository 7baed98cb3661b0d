// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboundTest {
  private final Outbound outbound = new Outbound();

  @Test
  void framesThatComeAfterTheEndFailAtOnce() {
    outbound.end();
    CompletableFuture<@Nullable Void> message = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> last = new CompletableFuture<>();

    outbound.add(new byte[1], message);
    outbound.addLast(new byte[1], last);

    assertThat(message).isCompletedExceptionally();
    assertThat(last).isCompletedExceptionally();
  }

  @Test
  void framesThatWaitFailAtTheEnd() {
    CompletableFuture<@Nullable Void> waiting = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> dropped = new CompletableFuture<>();
    outbound.add(new byte[1], waiting);
    outbound.addLast(new byte[1], null);
    outbound.add(new byte[1], dropped);

    outbound.end();

    assertThat(waiting).isCompletedExceptionally();
    assertThat(dropped).isCompletedExceptionally();
  }
}
