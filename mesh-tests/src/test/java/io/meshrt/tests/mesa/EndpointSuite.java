// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshrt.server.connection.Connection;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Frames as they were recorded from Mesa, where it is worth keeping them. */
abstract class EndpointSuite extends MesaSuite {
  private static final String HELLO =
      "{\"op\":10,\"d\":{\"c_heartbeat_interval\":10000,\"c_reconnect_interval\":5000,"
          + "\"c_authentication_timeout\":5000,\"rules\":[\"sends_user_object\"]}}";

  @Test
  void helloComesFirst() throws Exception {
    try (MesaSocket socket = MesaSocket.unread(port(0), "/mesa")) {
      assertThat(socket.read()).isEqualTo(HELLO);
    }
  }

  @Test
  void otherPathsSpeakAsBefore() throws Exception {
    RawWebSocket.Builder wanted = RawWebSocket.to(port(0)).path("/native");
    try (V1Socket v1 = V1Socket.open(wanted);
        RawWebSocket mesa = RawWebSocket.to(port(0)).path("/mesa").subprotocol("mesh.v1").open()) {
      assertThat(v1.welcome().toString()).contains("connectionId");
      assertThat(mesa.responseHead()).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
      assertThat(mesa.readText()).isEqualTo(HELLO);
    }
    assertThatExceptionOfType(RawWebSocket.UpgradeRefused.class)
        .isThrownBy(() -> RawWebSocket.to(port(0)).path("/mesa/").open())
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
  }

  @Test
  void authenticationIsAnsweredWithTheUser() throws Exception {
    try (MesaSocket socket = connect(0)) {
      socket.send("{\"op\":2,\"d\":{\"id\":\"u1\",\"name\":\"Ann\",\"shouldSync\":true}}");

      assertThat(socket.read()).isEqualTo("{\"op\":22,\"d\":{\"id\":\"u1\",\"name\":\"Ann\"}}");
      assertThat(credentials).containsExactly("{\"id\":\"u1\",\"name\":\"Ann\"}");
      socket.send("{\"op\":2,\"d\":{\"id\":\"u1\"}}");
      assertThat(socket.read()).isEqualTo("{\"op\":22,\"d\":{\"id\":\"u1\"}}");
    }
  }

  @Test
  void refusedAuthenticationCloses() throws Exception {
    try (MesaSocket socket = connect(0)) {
      socket.send("{\"op\":2,\"d\":{\"token\":\"bad\"}}");

      RawFrame close = socket.readClose();
      assertThat(close.closeCode()).isEqualTo(1008);
      assertThat(close.closeReason()).isEmpty();
    }
    assertThat(registry.counter("mesh.mesa.authentications", "outcome", "refused").count())
        .isEqualTo(1);
  }

  @Test
  void anotherIdentityMeansAnotherConnection() throws Exception {
    try (MesaSocket socket = connect(0, "ann")) {
      socket.send("{\"op\":2,\"d\":{\"id\":\"bob\"}}");

      assertThat(socket.readClose().closeCode()).isEqualTo(1012);
    }
  }

  @Test
  void messagesAreCommandsAndResultsAreMessages() throws Exception {
    try (MesaSocket socket = connect(0)) {
      socket.send("{\"op\":0,\"d\":{\"x\":1},\"t\":\"ECHO\"}");
      assertThat(socket.read()).isEqualTo("{\"op\":0,\"d\":{\"x\":1},\"t\":\"ECHO\"}");

      socket.send("{\"op\":0,\"d\":{\"x\":1},\"t\":\"SILENT\",\"o\":{\"sync\":false}}");
      socket.send("{\"op\":0,\"t\":\"ECHO\"}");
      assertThat(socket.read()).isEqualTo("{\"op\":0,\"d\":{},\"t\":\"ECHO\"}");

      socket.sendBinary("{\"op\":0,\"d\":[2],\"t\":\"ECHO\"}".getBytes(UTF_8));
      assertThat(socket.read()).isEqualTo("{\"op\":0,\"d\":[2],\"t\":\"ECHO\"}");
    }
  }

  @Test
  void failuresAreMessagesOfTheirOwnType() throws Exception {
    try (MesaSocket socket = connect(0)) {
      socket.send("{\"op\":0,\"d\":{},\"t\":\"FAIL\"}");
      assertThat(socket.read())
          .isEqualTo(
              "{\"op\":0,\"d\":{\"type\":\"FAIL\",\"code\":\"EBADREQUEST\","
                  + "\"message\":\"x: missing\"},\"t\":\"ERROR\"}");

      socket.send("{\"op\":0,\"d\":{},\"t\":\"NOBODY\"}");
      assertThat(socket.read()).contains("\"type\":\"NOBODY\",\"code\":\"ENOTFOUND\"");
      socket.send("{\"op\":0,\"d\":{},\"t\":\"mesh/subscribe-channel\"}");
      assertThat(socket.read()).contains("\"code\":\"ENOTFOUND\"");
    }
  }

  @Test
  void garbageIsIgnored() throws Exception {
    try (MesaSocket socket = connect(0)) {
      for (String garbage :
          new String[] {
            "not json",
            "null",
            "[]",
            "{}",
            "5",
            "{\"op\":\"0\"}",
            "{\"op\":-1}",
            "{\"op\":0.5}",
            "{\"op\":0}",
            "{\"op\":0,\"t\":7}",
            "{\"op\":0,\"t\":\"\"}",
            "{\"op\":5,\"t\":\"X\"}",
            "{\"op\":10}",
            "{\"op\":22}",
            "{\"op\":99999999999999999999,\"t\":\"ECHO\"}",
            "{\"op\":1}",
            "{\"op\":11,\"d\":{}}",
            "{\"op\":0,\"op\":0,\"t\":\"ECHO\"}",
            "{\"op\":0,\"t\":\"" + "x".repeat(300) + "\"}",
            "{\"id\":1,\"command\":\"ECHO\"}"
          }) {
        socket.send(garbage);
      }
      socket.settle();
    }
  }

  @Test
  void pushesReachWhomTheyAreFor() throws Exception {
    try (MesaSocket ann = connect(0, "ann");
        MesaSocket again = connect(1, "ann");
        MesaSocket bob = connect(1, "bob");
        MesaSocket nobody = connect(0);
        V1Socket own = V1Socket.open(RawWebSocket.to(port(1)).path("/native"))) {
      Outcomes.result(node(1).message("NOTE", 1).to("ann", "bob"));
      for (MesaSocket socket : new MesaSocket[] {ann, again, bob}) {
        assertThat(socket.read()).isEqualTo(note(1));
      }

      Outcomes.result(node(0).message("NOTE", 2).except("ann").toEveryone());
      assertThat(bob.read()).isEqualTo(note(2));
      assertThat(nobody.read()).isEqualTo(note(2));
      assertThat(own.next().toString()).contains("\"command\":\"NOTE\",\"payload\":2");
      ann.settle();
      again.settle();
    }
  }

  @Test
  void connectionsAreSentToAndClosedByTheirIds() throws Exception {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    node(0).onConnect(opened::complete);
    try (MesaSocket socket = connect(0)) {
      String id = Outcomes.result(opened).id();
      assertThat(Outcomes.result(opened).send("NOTE", 1)).isTrue();
      Outcomes.result(node(1).message("NOTE", 2).toConnections(id));
      assertThat(socket.read()).isEqualTo(note(1));
      assertThat(socket.read()).isEqualTo(note(2));

      Outcomes.result(node(1).connections().disconnect(id, 4503, "banned"));
      RawFrame close = socket.readClose();
      assertThat(close.closeCode()).isEqualTo(4503);
      assertThat(close.closeReason()).isEqualTo("banned");
    }
  }

  @Test
  void roomsAreHeard() throws Exception {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    node(0).onConnect(opened::complete);
    try (MesaSocket socket = connect(0)) {
      Outcomes.result(node(0).rooms().join("lobby", Outcomes.result(opened).id()));
      Outcomes.result(node(1).message("NOTE", 1).toRoom("lobby"));

      assertThat(socket.read()).isEqualTo(note(1));
    }
  }
}
