// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.message.MessageReceipt;
import io.meshrt.server.message.OutgoingMessage;
import io.meshrt.tests.harness.LegacySocket;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages to identities, connections, rooms and everyone, with exceptions. */
abstract class MessageSuite extends IdentityWorld {
  private MessageReceipt send(CompletableFuture<MessageReceipt> sending) throws Exception {
    return Outcomes.result(sending);
  }

  @Test
  void whoComesWithAnIdentityHearsWhatIsSentToItNext() throws Exception {
    for (int i = 0; i < 20; i++) {
      String name = "user " + i;
      MeshClient client = client(1, name);
      List<String> heard = heard(client, "note", String.class);

      Outcomes.result(node(0).message("note", name).transientOnly().to(name));

      await().until(() -> heard.contains(name));
    }
  }

  @Test
  void olderClientsDoToo() throws Exception {
    for (int i = 0; i < 20; i++) {
      String name = "older " + i;
      try (LegacySocket client = LegacySocket.open(node(1).port(), name)) {
        Outcomes.result(node(0).message("note", name).transientOnly().to(name));

        assertThat(client.nextPush().get("payload").asText()).isEqualTo(name);
      }
    }
  }

  @Test
  void everyConnectionOfAnIdentityGetsOneCopy() throws Exception {
    MeshClient here = client(0, "ann");
    MeshClient there = client(1, "ann");
    MeshClient bob = client(0, "bob");
    awaitHearing(here, "ann");
    awaitHearing(there, "ann");
    awaitHearing(bob, "bob");
    List<List<String>> heard =
        List.of(here, there, bob).stream()
            .map(client -> heard(client, "news", String.class))
            .toList();

    MessageReceipt receipt = send(node(0).message("news", "hi").to("ann", "ann", "nobody"));
    MessageReceipt second = send(node(0).message("news", "end").to("ann", "bob"));

    assertThat(receipt.addressed()).isEqualTo(2);
    assertThat(receipt.kept()).isZero();
    assertThat(receipt.id()).isNotEqualTo(second.id());
    await().until(() -> heard.stream().allMatch(each -> each.contains("end")));
    assertThat(heard.get(0)).containsExactly("hi", "end");
    assertThat(heard.get(1)).containsExactly("hi", "end");
    assertThat(heard.get(2)).containsExactly("end");
  }

  @Test
  void exceptedIdentitiesAreLeftOutOfEverything() throws Exception {
    MeshClient here = client(0, "=a,n%n");
    MeshClient there = client(1, "=a,n%n");
    MeshClient bob = client(1, "bob");
    MeshClient nobody = client(0);
    for (MeshClient client : List.of(here, there, bob, nobody)) {
      Outcomes.result(node(0).rooms().join("lobby", id(client)));
    }
    List<List<String>> heard =
        List.of(here, there, bob, nobody).stream()
            .map(client -> heard(client, "news", String.class))
            .toList();
    OutgoingMessage all = node(1).message("news", "x").except("=a,n%n", "somebody");
    List<String> ids = List.of(id(here), id(there), id(bob), id(nobody));

    send(all.toEveryone());
    send(all.to("*"));
    send(all.toRoom("lobby"));
    send(all.toConnections(ids));
    send(all.exceptConnections(id(nobody)).toEveryone());
    send(node(1).message("news", "end").toConnections(ids));
    send(node(1).message("news", "end of room").toRoom("lobby"));
    send(node(1).message("news", "end of all").toEveryone());

    await()
        .until(
            () ->
                heard.stream()
                    .allMatch(
                        each -> each.containsAll(List.of("end", "end of room", "end of all"))));
    assertThat(heard.get(0)).doesNotContain("x");
    assertThat(heard.get(1)).doesNotContain("x");
    assertThat(heard.get(2).stream().filter("x"::equals)).hasSize(5);
    assertThat(heard.get(3).stream().filter("x"::equals)).hasSize(4);
  }

  @Test
  void aMessageToOneFollowsAnEarlierOneToMany() throws Exception {
    MeshClient bob = client(1, "bob");
    awaitHearing(bob, "bob");
    List<Integer> heard = heard(bob, "count", Integer.class);
    List<String> many = new ArrayList<>();
    IntStream.range(0, 2_500).forEach(number -> many.add("nobody " + number));
    many.add("bob");

    List<CompletableFuture<MessageReceipt>> sendings = new ArrayList<>();
    for (int i = 0; i < 60; i += 3) {
      sendings.add(node(0).message("count", i).to("ann", "bob", "cat"));
      sendings.add(node(0).message("count", i + 1).to("bob"));
      sendings.add(node(0).message("count", i + 2).to(i == 30 ? many : List.of("bob")));
    }
    for (CompletableFuture<MessageReceipt> sending : sendings) {
      send(sending);
    }

    await().until(() -> heard.size() == 60);
    assertThat(heard).isEqualTo(IntStream.range(0, 60).boxed().toList());
  }

  @Test
  void nothingIsDoneForNobody() throws Exception {
    assertThat(send(node(0).message("news", null).to()).addressed()).isZero();
    assertThat(send(node(0).message("news", 1).except("ann").to("ann")).addressed()).isZero();
    assertThat(send(node(0).message("news", 1).toConnections()).addressed()).isZero();
    assertThatThrownBy(() -> node(0).message("mesh/x", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> node(0).message("news", 1).dedupKey("k").toEveryone())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> node(0).message("news", 1).to("ann", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
