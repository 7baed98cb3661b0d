// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.OldDispatcher;
import io.meshrt.tests.harness.V1Socket;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publications of Mesa's dispatchers act on the connections of all nodes, once. */
abstract class BridgeSuite extends MesaSuite {
  private final String namespace =
      "test" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private OldDispatcher dispatcher;

  abstract int nodes();

  boolean kept() {
    return false;
  }

  @Override
  MeshServerBuilder further(MeshServerBuilder builder) {
    return builder
        .inboxes(InboxOptions.defaults().withKeptByDefault(kept()))
        .mesaBridge(MesaBridgeOptions.defaults().withNamespace(namespace));
  }

  @BeforeEach
  final void dispatch() throws Exception {
    dispatcher = new OldDispatcher(SharedRedis.uri(), "ws_" + namespace);
    await().until(() -> dispatcher.publish("{}") == nodes());
  }

  @AfterEach
  final void end() throws Exception {
    dispatcher.close();
  }

  /** Where messages are pushed. */
  abstract static class Pushed extends BridgeSuite {
    @Test
    void messagesReachTheirRecipientsOnAllNodes() throws Exception {
      try (MesaSocket ann = connect(0, "a");
          MesaSocket again = connect(1, "a");
          MesaSocket bob = connect(1, "b");
          MesaSocket nobody = connect(0);
          V1Socket own = V1Socket.open(RawWebSocket.to(port(1)).path("/native"))) {
        dispatcher().dispatch("{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\"}", "a", "b", "c", "a");
        String first = "{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\"}";
        assertThat(ann.read()).isEqualTo(first);
        assertThat(again.read()).isEqualTo(first);
        assertThat(bob.read()).isEqualTo(first);

        dispatcher().dispatch("{\"op\":0,\"d\":{\"x\":4},\"t\":\"D4\"}", "*");
        String second = "{\"op\":0,\"d\":{\"x\":4},\"t\":\"D4\"}";
        for (MesaSocket socket : new MesaSocket[] {ann, again, bob, nobody}) {
          assertThat(socket.read()).isEqualTo(second);
        }
        assertThat(own.next().toString()).isEqualTo("{\"command\":\"D4\",\"payload\":{\"x\":4}}");

        dispatcher()
            .publish(
                "{\"message\":{\"op\":0,\"d\":{},\"t\":\"D5\"},"
                    + "\"recipients\":[\"*\"],\"excluding\":[\"a\"]}");
        assertThat(bob.read()).contains("D5");
        assertThat(nobody.read()).contains("D5");
        ann.settle();
        again.settle();
      }
    }

    @Test
    void numbersAreIdsToo() throws Exception {
      try (MesaSocket ann = connect(0, "42")) {
        dispatcher().publish("{\"message\":{\"op\":0,\"d\":{},\"t\":\"D\"},\"recipients\":[42]}");
        assertThat(ann.read()).isEqualTo("{\"op\":0,\"d\":{},\"t\":\"D\"}");
      }
    }

    @Test
    void disconnectClosesTheConnectionsOfIdentities() throws Exception {
      try (MesaSocket ann = connect(0, "a");
          MesaSocket bob = connect(1, "b")) {
        dispatcher().dispatch("{\"op\":5,\"d\":{},\"t\":\"DISCONNECT_CLIENT\"}", "b");

        assertThat(bob.readClose().closeCode()).isEqualTo(1000);
        ann.settle();
      }
    }

    @Test
    void garbageIsIgnoredAndCounted() throws Exception {
      try (MesaSocket ann = connect(0, "a");
          MesaSocket again = connect(1, "a")) {
        // What was published before it has been counted when this is read on each node.
        dispatcher().dispatch("{\"op\":0,\"d\":{},\"t\":\"D\"}", "a");
        assertThat(ann.read()).contains("\"t\":\"D\"");
        assertThat(again.read()).contains("\"t\":\"D\"");
        double before = garbage();
        String[] texts = {
          "",
          "null",
          "[]",
          "{",
          "{\"message\":{},\"recipients\":[]}",
          "{\"message\":{\"op\":0,\"t\":\"D\"}}",
          "{\"message\":{\"op\":0,\"t\":\"D\"},\"recipients\":\"a\"}",
          "{\"message\":{\"op\":0,\"t\":\"D\"},\"recipients\":[{}]}",
          "{\"message\":{\"op\":0},\"recipients\":[\"a\"]}",
          "{\"message\":{\"op\":0,\"t\":\"mesh/welcome\"},\"recipients\":[\"a\"]}",
          "{\"message\":{\"op\":7,\"t\":\"D\"},\"recipients\":[\"a\"]}",
          "{\"message\":{\"op\":5,\"t\":\"OTHER\"},\"recipients\":[\"a\"]}",
          "{\"message\":{\"op\":5,\"t\":\"DISCONNECT_CLIENT\"},\"recipients\":[\"*\"]}",
          "{\"message\":\"D\",\"recipients\":[\"a\"],\"excluding\":7}",
        };
        for (String text : texts) {
          dispatcher().publish(text);
        }
        await().until(() -> garbage() - before == texts.length * nodes());
        ann.settle();
        again.settle();
      }
    }

    private double garbage() {
      return registry.counter("mesh.mesa.bridge.heard", "kind", "garbage").count();
    }
  }

  /** Where messages to identities are kept that do not say otherwise. */
  abstract static class Kept extends BridgeSuite {
    @Override
    boolean kept() {
      return true;
    }

    @Test
    void messagesAreKeptOnceHoweverManyNodesHearThem() throws Exception {
      for (int number = 1; number <= 20; number++) {
        // The same bytes again and again are messages of their own.
        dispatcher().dispatch("{\"op\":0,\"d\":" + Math.min(number, 10) + ",\"t\":\"NOTE\"}", "a");
      }
      dispatcher().dispatch("{\"op\":0,\"d\":0,\"t\":\"NOTE\",\"o\":{\"sync\":false}}", "a");
      await().until(() -> registry.counter("mesh.inbox.kept").count() == 20 * nodes());
      try (MesaSocket ann = connect(1, "a")) {
        for (int number = 1; number <= 20; number++) {
          assertThat(ann.read()).isEqualTo(note(Math.min(number, 10), number));
        }
        dispatcher().dispatch("{\"op\":0,\"d\":21,\"t\":\"NOTE\"}", "a");
        assertThat(ann.read()).isEqualTo(note(21));
        dispatcher().dispatch("{\"op\":0,\"d\":22,\"t\":\"NOTE\",\"o\":{\"sync\":false}}", "a");
        assertThat(ann.read()).isEqualTo(note(22));
      }
    }
  }

  final OldDispatcher dispatcher() {
    return dispatcher;
  }
}
