// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.dialect.PushFrame;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.mesa.MesaOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MesaDialectTest {
  private final MesaDialect dialect =
      new MesaDialect(MesaOptions.defaults(), Duration.ofSeconds(10));

  @Test
  void pushesAreWrittenOnceForAllWhoSpeakIt() {
    byte[] family = Dialect.v1().push("NOTE", RawJson.parse("{\"x\":[1,null]}"));
    PushFrame push = new PushFrame(family);

    byte[] frame = push.in(dialect);

    assertThat(new String(frame, UTF_8))
        .isEqualTo("{\"op\":0,\"d\":{\"x\":[1,null]},\"t\":\"NOTE\"}");
    assertThat(push.in(dialect)).isSameAs(frame);
    assertThat(push.in(Dialect.v1())).isSameAs(family);
  }

  @Test
  void whatCannotBeSaidIsLeftOut() {
    assertThat(new PushFrame("{nonsense}".getBytes(UTF_8)).in(dialect)).isNull();
    assertThat(new PushFrame("{\"payload\":1}".getBytes(UTF_8)).in(dialect)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"4010, 1005", "4501, 1008", "4001, 1001", "4008, 4008", "1000, 1000"})
  void closeCodesAreThoseItsClientsKnow(int ours, int theirs) {
    assertThat(dialect.closeCode(ours)).isEqualTo(theirs);
  }

  @Test
  void credentialsAreARequestNoApplicationSees() {
    Request request = (Request) read("{\"op\":2,\"d\":{\"token\":\"x\"},\"t\":\"ECHO\"}");

    assertThat(request.builtIn()).isTrue();
    assertThat(request.name()).isEqualTo(MesaDialect.AUTHENTICATE);
    assertThat(request.payload()).hasToString("{\"token\":\"x\"}");
  }

  @Test
  void builtInsCannotBeNamed() {
    Request request = (Request) read("{\"op\":0,\"t\":\"mesa-authenticate\"}");

    assertThat(request.builtIn()).isFalse();
  }

  private Inbound read(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return dialect.read(new EnvelopeReader(JsonLimits.forMessages(1_000)), bytes, 0, bytes.length);
  }
}
