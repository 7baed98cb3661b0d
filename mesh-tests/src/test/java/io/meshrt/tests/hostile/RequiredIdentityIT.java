// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.tests.harness.Local;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where an identity is demanded, no built-in is open to those without. */
class RequiredIdentityIT extends HostileSuite {
  @ParameterizedTest
  @EnumSource
  void withoutIdentityNothingIsDone(Tongue tongue) throws Exception {
    try (MeshServer closed =
        Local.server()
            .authentication(
                AuthenticationOptions.defaults()
                    .withMessage((credentials, who) -> Authentication.accept(Identity.of("a")))
                    .withRequired(true))
            .openDefaults()
            .build()) {
      open(closed);
      closed.start();
      trouble().forget();
      try (Attacker attacker = Attacker.open(tongue, closed.port())) {
        for (BuiltInRequest request : BuiltInRequest.ALL) {
          if (!request.isKnownTo(tongue) || request.name().equals("authenticate")) {
            continue;
          }
          JsonNode answer = attacker.askBuiltIn(request.name(), request.payload("", ""));
          assertRefused(tongue, request, answer);
          assertHarmless(attacker.heard());
        }
        assertRefused(tongue, BuiltInRequest.ALL.get(0), attacker.ask("echo", "1"));
      }
    }
  }

  private static void assertRefused(Tongue tongue, BuiltInRequest request, JsonNode answer) {
    String code =
        answer.at(tongue == Tongue.V1 ? "/error/code" : "/payload/code").asText("no failure");
    boolean byResult = answer.path("payload").isBoolean() && !answer.path("payload").asBoolean();
    if (!byResult) {
      assertThat(code).as("%s: %s", request, answer).isEqualTo("EUNAUTHORIZED");
    }
  }
}
