// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.hook.ObservedMessage;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where an identity is required, who has none yet hears nothing that is for everyone. */
abstract class RequiredIdentitySuite {
  private static final MessageAuthenticator BY_NAME =
      (credentials, connection) -> Authentication.accept(Identity.of(credentials.asText()));

  private final List<String> observed = new CopyOnWriteArrayList<>();
  private MeshCluster cluster;

  abstract Deployment deployment();

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    builder.authentication(
                        AuthenticationOptions.defaults()
                            .withMessage(BY_NAME)
                            .withRequired(true)
                            .withFirstMessageTimeout(Duration.ofMinutes(1))),
                this::observe);
  }

  @AfterEach
  final void close() {
    cluster.close();
  }

  private void observe(MeshServer server) {
    server.observe(
        new Hooks() {
          @Override
          public void onReceive(ObservedMessage message, Connection connection) {
            observed.add(message.name() + message.payload());
          }

          @Override
          public void onAuthenticate(Connection connection, boolean first) {
            observed.add(connection.identity().orElseThrow().id() + " " + first);
          }
        });
  }

  @Test
  void whoHasNoIdentityGetsNoBroadcastAndCredentialsAreNotObserved() throws Exception {
    MeshClient ann = cluster.client(0);
    MeshClient silent = cluster.client(1);
    List<String> toAnn = IdentityWorld.heard(ann, "news", String.class);
    List<String> toSilent = IdentityWorld.heard(silent, "news", String.class);
    Outcomes.result(ann.authenticate("ann"));
    Outcomes.result(ann.authenticate("ann"));

    Outcomes.result(cluster.node(0).message("news", "one").toEveryone());
    Outcomes.result(cluster.node(1).connections().broadcast("news", "two"));
    await().until(() -> toAnn.containsAll(List.of("one", "two")));
    Outcomes.result(silent.authenticate("bob"));
    Outcomes.result(cluster.node(0).message("news", "three").toEveryone());
    await().until(() -> toSilent.contains("three"));

    assertThat(toSilent).containsExactly("three");
    await().until(() -> observed.size() == 3);
    assertThat(observed).containsExactlyInAnyOrder("ann true", "ann false", "bob true");
  }

  @Test
  void whoHasAuthenticatedHearsWhatIsSentToItNext() throws Exception {
    for (int i = 0; i < 20; i++) {
      String name = "user " + i;
      MeshClient client = cluster.client(1);
      List<String> heard = IdentityWorld.heard(client, "note", String.class);
      Outcomes.result(client.authenticate(name));

      Outcomes.result(cluster.node(0).message("note", name).transientOnly().to(name));

      await().until(() -> heard.contains(name));
    }
  }
}
