// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.meshrt.server.MeshServer;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.server.mesa.MesaOptions;
import io.meshrt.testkit.RawFrame;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What options change of what Mesa's clients see. */
class OptionsIT {
  abstract static class OneNode extends MesaSuite {
    @Override
    Deployment deployment() {
      return Deployment.inMemory(1);
    }
  }

  @Nested
  class Heartbeats extends OneNode {
    @Override
    MesaOptions options() {
      return MesaOptions.defaults()
          .withHeartbeat(Duration.ofSeconds(1), 2)
          .withReconnectInterval(Duration.ofMillis(400))
          .withStoresMessages(true);
    }

    @Test
    void helloTellsThem() throws Exception {
      try (MesaSocket socket = MesaSocket.unread(port(0), "/mesa")) {
        assertThat(socket.read())
            .isEqualTo(
                "{\"op\":10,\"d\":{\"c_heartbeat_interval\":1000,\"c_reconnect_interval\":400,"
                    + "\"c_authentication_timeout\":5000,"
                    + "\"rules\":[\"store_messages\",\"sends_user_object\"]}}");
      }
    }

    @Test
    void silentClientsAreAskedAgainAndThenClosedWithoutCode() throws Exception {
      try (MesaSocket socket = connect(0)) {
        assertThat(socket.read()).isEqualTo("{\"op\":1,\"d\":{}}");
        assertThat(socket.read()).isEqualTo("{\"op\":1,\"d\":{\"tries\":1,\"max\":2}}");
        assertThat(socket.read()).isEqualTo("{\"op\":1,\"d\":{\"tries\":2,\"max\":2}}");
        RawFrame close = socket.readClose();
        assertThat(close.payload()).isEmpty();
      }
    }
  }

  @Nested
  class Required extends OneNode {
    @Override
    boolean required() {
      return true;
    }

    @Override
    Duration firstMessageTimeout() {
      return Duration.ofMinutes(5);
    }

    @Test
    void nothingGoesBefore() throws Exception {
      try (MesaSocket socket = connect(0)) {
        socket.send("{\"op\":0,\"d\":{},\"t\":\"ECHO\"}");
        assertThat(socket.read()).contains("\"type\":\"ECHO\",\"code\":\"EUNAUTHORIZED\"");
        Outcomes.result(node(0).message("NOTE", 1).toEveryone());

        socket.send("{\"op\":2,\"d\":{\"token\":\"bad\"}}");
        assertThat(socket.read()).as("nothing but the end").isNull();
      }
    }

    @Test
    void whoAuthenticatesMayStay() throws Exception {
      try (MesaSocket ann = connect(0, "ann")) {
        ann.settle();
        Outcomes.result(node(0).message("NOTE", 1).toEveryone());
        assertThat(ann.read()).isEqualTo(note(1));
      }
    }
  }

  @Nested
  class Late extends OneNode {
    @Override
    boolean required() {
      return true;
    }

    @Override
    Duration firstMessageTimeout() {
      return Duration.ofMillis(100);
    }

    @Test
    void whoeverDoesNotAuthenticateIsClosed() throws Exception {
      try (MesaSocket socket = MesaSocket.unread(port(0), "/mesa")) {
        assertThat(socket.readClose().closeCode()).isEqualTo(1008);
      }
    }
  }

  @Nested
  class Forgiving extends OneNode {
    @Override
    MesaOptions options() {
      return MesaOptions.defaults().withClosesOnRefusal(false).withSendsUser(false);
    }

    @Test
    void refusedClientsMayTryAgain() throws Exception {
      try (MesaSocket socket = MesaSocket.unread(port(0), "/mesa")) {
        assertThat(socket.read()).endsWith("\"rules\":[]}}");
        socket.send("{\"op\":2,\"d\":{\"token\":\"bad\"}}");
        assertThat(socket.read())
            .isEqualTo(
                "{\"op\":0,\"d\":{\"type\":\"authenticate\",\"code\":\"EUNAUTHORIZED\","
                    + "\"message\":\"Unauthorized\"},\"t\":\"ERROR\"}");
        socket.send("{\"op\":2,\"d\":{\"id\":7}}");
        assertThat(socket.read()).isEqualTo("{\"op\":22,\"d\":{}}");
      }
    }

    @Test
    void theFifthRefusalCloses() throws Exception {
      try (MesaSocket socket = connect(0)) {
        for (int tries = 1; tries < 5; tries++) {
          socket.send("{\"op\":2,\"d\":null}");
          assertThat(socket.read()).contains("EUNAUTHORIZED");
        }
        socket.send("{\"op\":2}");
        assertThat(socket.readClose().closeCode()).isEqualTo(1008);
      }
    }
  }

  @Test
  void boundsAreChecked() {
    MesaOptions options = MesaOptions.defaults();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withHeartbeat(Duration.ofMillis(99), 3));
    assertThat(options.withHeartbeat(Duration.ofMillis(100), 0).heartbeatAttempts()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withHeartbeat(Duration.ofSeconds(1), -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withHeartbeat(Duration.ofSeconds(1), 101));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withReconnectInterval(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> options.withErrorType(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MesaBridgeOptions.defaults().withNamespace(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MesaBridgeOptions.defaults().withNamespace("x".repeat(201)));
    assertThatIllegalArgumentException().isThrownBy(() -> MeshServer.builder().mesa("mesa"));
  }

  @Test
  void bridgesNeedARedis() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MeshServer.builder().mesaBridge(MesaBridgeOptions.defaults()).build())
        .withMessageContaining("Redis");
  }
}
