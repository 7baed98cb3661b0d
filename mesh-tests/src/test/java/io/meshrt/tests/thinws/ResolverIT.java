// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.thinws.ThinWsOptions;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.cluster.Deployment;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A resolver says who has a connectionID. */
class ResolverIT extends ThinWsWorld {
  @Override
  Deployment deployment() {
    return Deployment.inMemory(1);
  }

  @Override
  MeshServerBuilder options(MeshServerBuilder builder) {
    return builder.thinWs(
        PATH,
        ThinWsOptions.defaults()
            .withResolver(
                (id, connection) -> {
                  if (id.equals("ann")) {
                    connection.identify(Identity.of("ann"));
                  }
                  if (id.equals("9")) {
                    return CompletableFuture.completedFuture(Optional.of("a\ud800"));
                  }
                  return CompletableFuture.completedFuture(
                      id.equals("7") ? Optional.of("seven") : Optional.empty());
                }));
  }

  @Test
  void whoItDoesNotKnowIsRefused() throws Exception {
    RawWebSocket socket = socket(0);

    socket.sendText("{\"messageID\":1,\"type\":\"connect\",\"connectionID\":\"8\"}");

    assertThat(socket.readText())
        .isEqualTo("{\"type\":\"error\",\"message\":\"connectionID: refused\"}");
    assertThat(ask(socket, 2, "\"type\":\"connect\",\"connectionID\":\"7\"")).isEmpty();
  }

  @Test
  void aNameThatSharesItsKeyWithOthersIsRefused() throws Exception {
    RawWebSocket socket = socket(0);

    socket.sendText("{\"messageID\":1,\"type\":\"connect\",\"connectionID\":\"9\"}");

    assertThat(socket.readText())
        .isEqualTo(
            "{\"type\":\"error\","
                + "\"message\":\"connectionID: a surrogate without its other half\"}");
    assertThat(ask(socket, 2, "\"type\":\"connect\",\"connectionID\":\"7\"")).isEmpty();
  }

  @Test
  void itMayGiveAnIdentity() throws Exception {
    RawWebSocket socket = socket(0);
    ask(socket, 1, "\"type\":\"connect\",\"connectionID\":\"ann\"");
    ask(socket, 2, "\"type\":\"subscribe\",\"roomID\":\"room1\"");

    MeshClient ann = named(0, "ann");

    assertThat(ann.rooms().persistent()).containsExactly("room1");
  }
}
