// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.worker.ConnectionEvent;
import io.meshrt.server.worker.ConnectionEventHandler;
import io.meshrt.server.worker.ForwardRegistration;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.server.worker.MeshWorkerBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Events of connections that workers are told. */
abstract class EventSuite extends WorkerSuite {
  private final Map<String, List<String>> told = new ConcurrentHashMap<>();

  private MeshWorkerBuilder listen(MeshWorkerBuilder worker) {
    return worker
        .onConnected(tell("connected"))
        .onAuthenticated(tell("authenticated"))
        .onDisconnected(tell("disconnected"));
  }

  private ConnectionEventHandler tell(String what) {
    return event -> of(event).add(what + " " + event.code() + identity(event));
  }

  private List<String> of(ConnectionEvent event) {
    return told.computeIfAbsent(event.client().connectionId(), key -> new CopyOnWriteArrayList<>());
  }

  private static String identity(ConnectionEvent event) {
    return event.client().identity().map(identity -> " " + identity.id()).orElse("");
  }

  @Test
  void connectionsAreToldInOrderAndOnce() throws Exception {
    worker(this::listen);
    worker(this::listen);
    MeshClient ann = client(0, "ann");
    MeshClient nobody = client(1);
    String annId = id(ann);
    String nobodyId = id(nobody);

    ann.close();
    nobody.close();

    await().until(() -> told.getOrDefault(annId, List.of()).size() == 3);
    await().until(() -> told.getOrDefault(nobodyId, List.of()).size() == 2);
    assertThat(told.get(annId))
        .containsExactly("connected 0 ann", "authenticated 0 ann", "disconnected 1000 ann");
    assertThat(told.get(nobodyId)).containsExactly("connected 0", "disconnected 1000");
  }

  @Test
  void observersAreToldWhoWorks() throws Exception {
    List<String> crew = new CopyOnWriteArrayList<>();
    server(1)
        .observe(
            new Hooks() {
              @Override
              public void onWorkerJoin(String id) {
                crew.add("joined " + id);
              }

              @Override
              public void onWorkerLeave(String id) {
                crew.add("left " + id);
              }
            });

    MeshWorker worker = worker(this::listen);
    await().untilAsserted(() -> assertThat(crew).containsExactly("joined " + worker.id()));
    worker.close();

    await()
        .untilAsserted(
            () -> assertThat(crew).containsExactly("joined " + worker.id(), "left " + worker.id()));
  }

  @Test
  void eventsWaitForAWorker() throws Exception {
    MeshClient ann = client(0, "ann");
    String annId = id(ann);
    ann.close();

    worker(this::listen);

    await().until(() -> told.getOrDefault(annId, List.of()).size() == 3);
    assertThat(told.get(annId))
        .containsExactly("connected 0 ann", "authenticated 0 ann", "disconnected 1000 ann");
  }

  @Test
  void eventsAreForwardedOnceUntilTheLastRegistrationIsClosed() throws Exception {
    for (int i = 0; i < 2; i++) {
      ForwardRegistration first = server(i).forwardConnections().toGroup("audit");
      server(i).forwardConnections().toGroup("audit");
      first.close();
      first.close();
    }
    worker("audit", this::listen);

    MeshClient ann = client(1);
    String id = id(ann);
    ann.close();

    await().until(() -> told.getOrDefault(id, List.of()).contains("disconnected 1000"));
    assertThat(told.get(id)).containsExactly("connected 0", "disconnected 1000");
  }
}
