// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.gateway.harness.Tokens;
import io.meshrt.gateway.internal.token.TokenRules;
import io.meshrt.gateway.internal.token.TokenVerifier;
import io.meshrt.server.auth.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReadingTest {
  @Test
  void aKeyIsAllThatHasToBeSaid() {
    Settings settings = settings(Map.of());

    assertThat(settings.listening())
        .isEqualTo(new Settings.Listening("0.0.0.0", 4500, "/", null, List.of(), List.of()));
    assertThat(settings.redis()).isNull();
    assertThat(settings.workerGroup()).isNull();
    assertThat(settings.heartbeat()).isEqualTo(new Settings.Beating(Duration.ofSeconds(10), 3));
    assertThat(settings.reconnect())
        .isEqualTo(new Settings.Reconnecting(true, Duration.ofSeconds(5)));
    assertThat(settings.inbox()).isEqualTo(new Settings.Keeping(false, 1_000, Duration.ofDays(7)));
    assertThat(settings.authentication().timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.authentication().required()).isFalse();
    assertThat(settings.authentication().sendUser()).isTrue();
    assertThat(settings.authentication().disconnectOnFail()).isTrue();
    assertThat(settings.authentication().track()).isTrue();
    assertThat(settings.compatibility()).isEmpty();
    assertThat(settings.log()).isTrue();
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void allProblemsAreToldAtOnce() {
    List<String> problems =
        ConfigReading.of(
                Map.of(
                    "MESH_PORT", "many",
                    "MESH_TYPO", "1",
                    "SYNC_ENABLED", "perhaps",
                    "MESH_REDIS_URI", "http://nowhere",
                    "MESH_NAMESPACE", "a b",
                    "MESH_DRAIN_MS", "soon",
                    "MESH_COMPAT", "sockets",
                    "MESH_HEARTBEAT_INTERVAL", "99"))
            .problems();

    assertThat(problems)
        .hasSize(9)
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_PORT: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_TYPO: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("SYNC_ENABLED: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_REDIS_URI: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_NAMESPACE: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_DRAIN_MS: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_COMPAT: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_HEARTBEAT_INTERVAL: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("MESH_JWT_KEY: "));
  }

  @Test
  void olderNamesAreTakenAndTold() {
    ConfigReading reading =
        ConfigReading.of(
            Map.of(
                "WS_KEY", Tokens.KEY,
                "MESA_PORT", "4600",
                "PORTALS_ENABLED", "true",
                "REDIS_SENTINEL", "redis://one:26379,two:26379",
                "HEARTBEAT_INTERVAL", "5s"));
    Settings settings = Objects.requireNonNull(reading.settings());

    assertThat(settings.listening().port()).isEqualTo(4600);
    assertThat(settings.workerGroup()).isEqualTo("workers");
    assertThat(settings.redis()).isNotNull();
    assertThat(settings.heartbeat()).isEqualTo(new Settings.Beating(Duration.ofSeconds(5), 3));
    assertThat(reading.notices()).hasSize(5).contains("MESA_PORT is now called MESH_PORT");
  }

  @Test
  void newNamesWinOverOlderOnes() {
    ConfigReading reading = ConfigReading.of(key(Map.of("MESH_PORT", "1", "MESA_PORT", "2")));

    assertThat(Objects.requireNonNull(reading.settings()).listening().port()).isEqualTo(1);
    assertThat(reading.notices()).containsExactly("MESA_PORT is not used: MESH_PORT is set");
  }

  @Test
  void whatNobodyOffersHasNoEffectUnderOlderNamesAndIsRefusedUnderNewOnes() {
    ConfigReading older =
        ConfigReading.of(
            key(
                Map.of(
                    "STORE_MESSAGES", "true",
                    "PORTAL_DISTRIBUTE_LOAD", "false",
                    "SYNC_REDELIVERY_INTERVAL", "5")));

    assertThat(older.problems()).isEmpty();
    assertThat(older.notices())
        .anySatisfy(
            notice -> assertThat(notice).startsWith("SYNC_REDELIVERY_INTERVAL=5 has no effect"))
        .anySatisfy(notice -> assertThat(notice).startsWith("STORE_MESSAGES=true has no effect"))
        .anySatisfy(
            notice -> assertThat(notice).startsWith("PORTAL_DISTRIBUTE_LOAD=false has no effect"));
    assertThat(problems(Map.of("MESH_TRACE_MESSAGES", "100"))).hasSize(1);
    assertThat(problems(Map.of("MESH_INBOX_INTERVAL", "10"))).hasSize(1);
    assertThat(problems(Map.of("MESH_WORKER_DISTRIBUTION", "random"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "TRUE, true", "1, true", "false, false", "False, false", "0, false"})
  void truthIsWrittenInSeveralWays(String text, boolean meant) {
    assertThat(settings(Map.of("MESH_STRICT_VERSIONS", text)).strictVersions()).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"1500, 1500", "1500ms, 1500", "10s, 10000", "5m, 300000", "2h, 7200000"})
  void timesAreMillisecondsOrHaveAUnit(String text, long millis) {
    assertThat(settings(Map.of("MESH_DRAIN_MS", text)).drain())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5s", "10 parsecs", "2d", "999999999999d"})
  void timesThatMakeNoSenseAreProblems(String text) {
    assertThat(problems(Map.of("MESH_DRAIN_MS", text))).hasSize(1);
  }

  @Test
  void emptyValuesAreNotSet() {
    assertThat(settings(Map.of("MESH_PORT", "", "MESH_HEALTH_PORT", " ")).listening().port())
        .isEqualTo(4500);
  }

  @Test
  void whatKubernetesTellsOfServicesIsNoMistake() {
    Map<String, String> links =
        Map.of(
            "MESH_GATEWAY_SERVICE_HOST", "10.0.0.1",
            "MESH_GATEWAY_SERVICE_PORT", "80",
            "MESH_GATEWAY_SERVICE_PORT_HTTP", "80",
            "MESH_GATEWAY_PORT", "tcp://10.0.0.1:80",
            "MESH_GATEWAY_PORT_80_TCP_ADDR", "10.0.0.1");

    assertThat(problems(links)).isEmpty();
    assertThat(problems(Map.of("MESH_PORT", "tcp://10.0.0.1:80")))
        .singleElement()
        .asString()
        .contains("enableServiceLinks");
  }

  @Test
  void keysAreNeededAndLongEnough() {
    assertThat(ConfigReading.of(Map.of()).problems())
        .singleElement()
        .asString()
        .startsWith("MESH_JWT_KEY: has to be set");
    assertThat(ConfigReading.of(Map.of("MESH_AUTH", "none")).problems()).isEmpty();
    assertThat(ConfigReading.of(Map.of("MESH_JWT_KEY", "short")).problems()).hasSize(1);
    assertThat(ConfigReading.of(Map.of("WS_KEY", "short")).problems()).isEmpty();
    assertThat(ConfigReading.of(Map.of("WS_KEY", "short")).notices()).hasSize(2);
    assertThat(problems(Map.of("MESH_JWT_ALGORITHMS", "HS256,RS256"))).hasSize(1);
    assertThat(problems(Map.of("MESH_JWT_ALGORITHMS", "none"))).isNotEmpty();
    assertThat(problems(Map.of("MESH_JWT_PUBLIC_KEY", "/no/such/file"))).hasSize(1);
    assertThat(problems(Map.of("MESH_JWT_JWKS_FILE", "/no/such/file"))).hasSize(1);
    assertThat(problems(Map.of("MESH_JWT_REQUIRE_EXP", "maybe"))).hasSize(1);
  }

  @Test
  void secretsAreNotShown() {
    ConfigReading reading =
        ConfigReading.of(key(Map.of("REDIS_URI", "rediss://ann:hidden@redis.example:6380/3")));

    assertThat(reading.print())
        .contains("MESH_JWT_KEY=***\n")
        .contains("MESH_REDIS_URI=rediss://***@redis.example:6380/3\n")
        .contains("MESH_PORT=4500\n")
        .doesNotContain(Tokens.KEY)
        .doesNotContain("hidden");
    assertThat(problems(Map.of("REDIS_URI", "http://ann:hidden@nowhere")).toString())
        .doesNotContain("hidden");
  }

  @ParameterizedTest
  @CsvSource({
    "MESH_REDIS_URI, redis://:hid/den@host",
    "MESH_REDIS_URI, redis://:@hid@den@host",
    "MESH_REDIS_URI, redis://p:1/hidden@host",
    "MESH_REDIS_URI, redis:hidden@host",
    "MESH_REDIS_SENTINELS, redis://:hid@den@host:1",
    "MESH_JWT_PUBLIC_KEY, -----BEGIN PRIVATE KEY-----hidden-----END PRIVATE KEY-----",
    "MESH_JWT_PUBLIC_KEY, MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHhiddenG0wawIBAQQg",
    "MESH_JWT_JWKS_FILE, {\"keys\":[{\"k\":\"hidden\"}]}",
  })
  void whateverMayBeSecretIsNotShown(String name, String value) {
    ConfigReading reading = ConfigReading.of(key(Map.of(name, value)));

    assertThat(reading.print() + reading.problems())
        .contains(name + "=")
        .doesNotContain("hid")
        .doesNotContain("den@");
  }

  @Test
  void whatIsPublicIsShown() {
    String pem = "-----BEGIN PUBLIC KEY-----\nMIGH\n-----END PUBLIC KEY-----";

    assertThat(ConfigReading.of(key(Map.of("MESH_JWT_PUBLIC_KEY", pem))).print())
        .contains("MESH_JWT_PUBLIC_KEY=" + pem.replace("\n", "\\n"));
    assertThat(ConfigReading.of(key(Map.of("MESH_JWT_PUBLIC_KEY", "/etc/key.pem"))).print())
        .contains("MESH_JWT_PUBLIC_KEY=/etc/key.pem\n");
  }

  @Test
  void keysKeepTheirWhiteSpaceAndItIsTold() {
    ConfigReading reading = ConfigReading.of(Map.of("WS_KEY", Tokens.KEY + "\n"));
    TokenRules rules =
        Objects.requireNonNull(
            Objects.requireNonNull(reading.settings()).authentication().tokens());

    assertThat(reading.notices()).hasSize(2).anyMatch(notice -> notice.contains("white space"));
    assertThatCode(() -> verify(rules, Tokens.KEY + "\n")).doesNotThrowAnyException();
    assertThatThrownBy(() -> verify(rules, Tokens.KEY))
        .isInstanceOf(TokenVerifier.BadTokenException.class);
  }

  private static void verify(TokenRules rules, String key) throws Exception {
    Identity unused =
        new TokenVerifier(rules, Clock.systemUTC()).verify(Tokens.hs256(key, "{\"id\":1}"));
  }

  @Test
  void pathsOfOlderProtocolsAreTakenWhenTheyAreSpoken() {
    assertThat(problems(Map.of("MESA_PATH", "/mesa", "MESH_COMPAT", "thinws"))).isEmpty();
    assertThat(problems(Map.of("MESA_PATH", "/mesa", "MESH_COMPAT", "mesa"))).hasSize(1);
    assertThat(problems(Map.of("MESA_PATH", "/thinws", "MESH_COMPAT", "mesa"))).isEmpty();
    assertThat(problems(Map.of("MESA_PATH", "/thinws", "MESH_COMPAT", "thinws"))).hasSize(1);
  }

  @Test
  void wildcardsMatchWholeNames() {
    Settings.Opened opened = settings(Map.of("MESH_ROOMS", "lobby, chat.*")).opened();

    assertThat(opened.rooms()).hasSize(2);
    assertThat(opened.rooms().get(0).matcher("lobby").matches()).isTrue();
    assertThat(opened.rooms().get(0).matcher("lobby2").matches()).isFalse();
    assertThat(opened.rooms().get(1).matcher("chat.one/two").matches()).isTrue();
    assertThat(opened.rooms().get(1).matcher("chatXone").matches()).isFalse();
    assertThat(Values.wildcard("*").matcher("any\nthing").matches()).isTrue();
  }

  @Test
  void theEnvironmentStandsAboveTheFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve(".env");
    Files.writeString(
        file,
        """
        # a comment
        MESH_PORT=1
        export MESH_HOST = 127.0.0.1  # for tests
        MESH_JWT_KEY='with # and \\n as they are'
        MESH_ENV="two\\nlines"

        nonsense
        """);

    assertThat(DotEnv.under(file, Map.of("MESH_PORT", "2")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "MESH_PORT", "2",
                "MESH_HOST", "127.0.0.1",
                "MESH_JWT_KEY", "with # and \\n as they are",
                "MESH_ENV", "two\nlines"));
    assertThat(DotEnv.under(folder.resolve("none"), Map.of("A", "b"))).hasSize(1);
  }

  private static Settings settings(Map<String, String> variables) {
    ConfigReading reading = ConfigReading.of(key(variables));
    assertThat(reading.problems()).isEmpty();
    return Objects.requireNonNull(reading.settings());
  }

  private static List<String> problems(Map<String, String> variables) {
    return ConfigReading.of(key(variables)).problems();
  }

  private static Map<String, String> key(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("MESH_JWT_KEY", Tokens.KEY);
    return all;
  }
}
