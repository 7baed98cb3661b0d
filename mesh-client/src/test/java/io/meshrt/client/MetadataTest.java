// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class MetadataTest {
  private static final String DONE = "{\"success\":true}";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private long calls;

  record Profile(String name) {}

  @Test
  void ownMetadataIsReadAndBound() {
    var tree = rig.run(rig.client.metadata().get());
    var typed = rig.run(rig.client.metadata().get(Profile.class));

    assertThat(socket.takeSent())
        .first()
        .isEqualTo("{\"id\":1,\"command\":\"mesh/get-my-connection-metadata\",\"payload\":{}}");
    socket.receive(Frames.reply(1, "{\"metadata\":null}"));
    socket.receive(Frames.reply(2, "{\"metadata\":{\"name\":\"x\"}}"));

    assertThat(tree.join()).isEmpty();
    assertThat(typed.join()).contains(new Profile("x"));
  }

  @Test
  void othersMetadataIsRead() {
    var metadata = rig.run(rig.client.metadata().of("n2-c9").get());

    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"mesh/get-connection-metadata\",\"payload\":{\"connectionId\":\"n2-c9\"}}");
    socket.receive(Frames.failure(1, "EACCESS", "no"));

    assertFailed(metadata, "EACCESS");
    assertThatThrownBy(() -> rig.client.metadata().of(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("connectionId: ");
  }

  @Test
  void changesBearTheirStrategy() {
    rig.client.metadata().set(new Profile("x"));
    rig.client.metadata().update(Map.of("a", 1));
    rig.client.metadata().deepMerge(Map.of("b", Map.of("c", 2)));
    rig.loop.run();

    assertThat(socket.takeSent())
        .containsExactly(
            change(1, "{\"name\":\"x\"}", ""),
            change(2, "{\"a\":1}", "merge"),
            change(3, "{\"b\":{\"c\":2}}", "deepMerge"));
  }

  @Test
  void valueThatWasSetIsSetAgain() {
    accepted(rig.client.metadata().set(Map.of("a", 1)));
    accepted(rig.client.metadata().set(Map.of("b", Map.of("x", 1))));
    accepted(rig.client.metadata().update(Map.of("c", 2)));
    accepted(rig.client.metadata().deepMerge(Map.of("b", Map.of("y", 2))));

    FakeSocket next = rig.reconnected(socket);

    assertThat(next.takeOne()).isEqualTo(change(1, "{\"b\":{\"x\":1,\"y\":2},\"c\":2}", ""));
  }

  @Test
  void metadataIsSetBeforeRoomsAreJoined() {
    accepted(rig.client.metadata().set("me"));
    rig.run(rig.client.rooms().join("lobby"));
    socket.receive(Frames.reply(++calls, "{\"success\":true,\"present\":[]}"));

    FakeSocket next = rig.reconnected(socket);

    assertThat(next.takeSent())
        .containsExactly(
            change(1, "\"me\"", ""),
            "{\"id\":2,\"command\":\"mesh/join-room\",\"payload\":{\"roomName\":\"lobby\"}}");
  }

  @Test
  void nullIsAValueToo() {
    accepted(rig.client.metadata().set(null));

    assertThat(rig.reconnected(socket).takeOne()).isEqualTo(change(1, "null", ""));
  }

  @Test
  void mergesIntoWhatTheServerPutThereAreMergedAgain() {
    accepted(rig.client.metadata().update(Map.of("a", Map.of("x", 1))));
    accepted(rig.client.metadata().deepMerge(Map.of("b", Map.of("y", 1))));
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("a", Map.of("z", 1));
    both.put("b", Map.of("z", 1));
    accepted(rig.client.metadata().deepMerge(both));

    FakeSocket next = rig.reconnected(socket);

    assertThat(next.takeSent())
        .containsExactly(
            change(1, "{\"a\":{\"x\":1,\"z\":1}}", "merge"),
            change(2, "{\"b\":{\"y\":1,\"z\":1}}", "deepMerge"));
  }

  @Test
  void plainValueReplacesWhateverTheStrategy() {
    accepted(rig.client.metadata().update(Map.of("a", 1)));
    accepted(rig.client.metadata().update("text"));

    assertThat(rig.reconnected(socket).takeOne()).isEqualTo(change(1, "\"text\"", ""));
  }

  @Test
  void changeThatFailedIsNotRestored() {
    accepted(rig.client.metadata().set(1));
    CompletableFuture<Void> refused = rig.run(rig.client.metadata().set(2));
    socket.receive(Frames.failure(++calls, "EACCESS", "no"));
    CompletableFuture<Void> lost = rig.run(rig.client.metadata().set(3));
    socket.takeSent();

    FakeSocket next = rig.reconnected(socket);

    assertFailed(refused, "EACCESS");
    assertFailed(lost, "CONNECTION_LOST");
    assertThat(next.takeOne()).isEqualTo(change(1, "1", ""));
  }

  @Test
  void refusalAfterAReconnectIsReportedAndForgotten() {
    accepted(rig.client.metadata().set(1));
    FakeSocket next = rig.reconnected(socket);

    next.receive(Frames.failure(1, "EACCESS", "no"));

    assertThat(rig.errors)
        .extracting(ClientError::subject)
        .containsExactly(ClientError.Subject.METADATA);
    next.takeSent();
    assertThat(rig.reconnected(next).takeSent()).isEmpty();
  }

  @Test
  void whatCameSinceIsSetWhenTheRestoreIsTriedAgain() {
    accepted(rig.client.metadata().set(Map.of("a", 1)));
    FakeSocket next = rig.reconnected(socket);
    next.receive(Frames.failure(1, "EUNAVAILABLE", "no."));
    rig.run(rig.client.metadata().update(Map.of("b", 2)));
    next.receive(Frames.reply(2, DONE));
    next.takeSent();

    rig.loop.advance(Duration.ofSeconds(5));

    assertThat(next.takeOne()).isEqualTo(change(3, "{\"a\":1,\"b\":2}", ""));
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    assertThat(failure(rig.client.metadata().set(new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingWorksAfterClose() {
    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    List.of(
            rig.run(rig.client.metadata().set(1)),
            rig.run(rig.client.metadata().get()),
            rig.run(rig.client.metadata().of("c").get(String.class)))
        .forEach(future -> assertFailed(future, "CLOSED"));
  }

  private void accepted(CompletableFuture<Void> change) {
    rig.run(change);
    socket.receive(Frames.reply(++calls, DONE));
    socket.takeSent();
    assertThat(change).isCompleted();
  }

  private static String change(long id, String metadata, String strategy) {
    String options = strategy.isEmpty() ? "" : ",\"options\":{\"strategy\":\"" + strategy + "\"}";
    return "{\"id\":%d,\"command\":\"mesh/set-my-connection-metadata\",\"payload\":{\"metadata\":%s%s}}"
        .formatted(id, metadata, options);
  }
}
