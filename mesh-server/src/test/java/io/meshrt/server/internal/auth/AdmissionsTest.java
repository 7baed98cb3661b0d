// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.UpgradeAuthenticator;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.FakeTransport;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may connect. */
class AdmissionsTest {
  private static final Instant NOW = ManualScheduler.START;

  private final ManualScheduler scheduler = new ManualScheduler();
  private final ManualExecutor executor = new ManualExecutor();
  private final RecordedMetrics metrics = new RecordedMetrics();
  private AddressLimits addressLimits = AddressLimits.defaults();
  private boolean shortOfMemory;
  private CompletableFuture<Runnable> reception = CompletableFuture.completedFuture(() -> {});
  private Sessions sessions;
  private Admissions admissions;

  @Test
  void withoutAuthenticatorEverybodyIsAnonymous() {
    use(AuthenticationOptions.defaults(), 10);

    Session session = connect();

    assertThat(session.identity()).isEmpty();
    assertThat(session.path()).isEqualTo("/chat");
    assertThat(session.headers()).isEqualTo(Map.of("x-device", List.of("phone")));
  }

  @Test
  void offeredSubprotocolIsChosenAndElseNone() {
    use(AuthenticationOptions.defaults(), 10);

    assertThat(admit("graphql", "mesh.v1").subprotocol()).isEqualTo("mesh.v1");
    assertThat(admit("graphql").subprotocol()).isNull();
    assertThat(admit().subprotocol()).isNull();
  }

  @Test
  void nodeThatIsFullAnswers503UntilAConnectionEnds() {
    use(AuthenticationOptions.defaults(), 2);
    Session first = connect();
    connect();

    Admission refused = admit();
    first.onClosed(1000, "", true);

    assertThat(refused.status()).isEqualTo(503);
    assertThat(metrics.hits(Limit.CONNECTIONS)).isEqualTo(1);
    assertThat(admit().status()).isEqualTo(101);
    assertThat(admit().status()).as("the admitted one counts already").isEqualTo(503);
  }

  @Test
  void abandonedAdmissionsDoNotCount() {
    use(AuthenticationOptions.defaults(), 1);

    admissions.onAbandoned(admit());

    assertThat(admit().status()).isEqualTo(101);
  }

  @Test
  void addressThatHasAllItMayAnswers429UntilOneOfItsConnectionsEnds() {
    addressLimits = AddressLimits.defaults().withMaxConnections(2);
    use(AuthenticationOptions.defaults(), 10);
    Session first = connect();
    admissions.onAbandoned(admit());
    connect();

    Admission refused = admit();
    first.onClosed(1000, "", true);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(metrics.hits(Limit.ADDRESS_CONNECTIONS)).isEqualTo(1);
    assertThat(admit().status()).isEqualTo(101);
  }

  @Test
  void upgradesRefusedForAnotherReasonDoNotCountForTheirAddress() {
    addressLimits = AddressLimits.defaults().withMaxConnections(1);
    use(AuthenticationOptions.defaults(), 10);
    shortOfMemory = true;

    Admission refused = admit();
    shortOfMemory = false;

    assertThat(refused.status()).isEqualTo(503);
    assertThat(admit().status()).isEqualTo(101);
  }

  @Test
  void nodeShortOfMemoryAnswers503() {
    use(AuthenticationOptions.defaults(), 1);
    shortOfMemory = true;

    Admission refused = admit();
    shortOfMemory = false;

    assertThat(refused.status()).isEqualTo(503);
    assertThat(admit().status()).isEqualTo(101);
  }

  @Test
  void nodeThatStopsAnswers503() {
    use(AuthenticationOptions.defaults(), 1);
    admissions.stop();

    assertThat(admit().status()).isEqualTo(503);
  }

  @Test
  void upgradesUnderWayWhenTheNodeStopsAreRefused() {
    CompletableFuture<Authentication> later = new CompletableFuture<>();
    use(request -> later);
    CompletableFuture<Admission> answer = admissions.admit(request()).toCompletableFuture();
    executor.runAll();

    admissions.stop();
    CompletableFuture<?> drain = sessions.drain(Duration.ofSeconds(40));
    boolean early = drain.isDone();
    later.complete(Authentication.anonymous());

    assertThat(early).isFalse();
    assertThat(answer.join().status()).isEqualTo(503);
    assertThat(drain).isCompleted();
  }

  @Test
  void connectionsThatWereAdmittedWhenTheNodeStopsAreWaitedFor() {
    use(AuthenticationOptions.defaults(), 10);
    Admission admission = admit();

    admissions.stop();
    CompletableFuture<?> drain = sessions.drain(Duration.ofSeconds(40));
    Session session =
        (Session) admissions.accept(new FakeTransport(), request(), admission).listener();
    boolean early = drain.isDone();
    session.onClosed(1000, "", true);

    assertThat(early).isFalse();
    assertThat(drain).isCompleted();
  }

  @Test
  void identityAndMetadataAreThereFromTheFirstMoment() {
    use(
        request ->
            Authentication.accept(Identity.of(request.queryParameter("user").orElseThrow()))
                .withMetadata(TextNode.valueOf("meta")));

    Session session = connect();

    assertThat(session.identity()).map(Identity::id).contains("ann");
    assertThat(session.initialMetadata()).contains(TextNode.valueOf("meta"));
  }

  @Test
  void authenticatorRunsOnAHandlerThreadAndMayAnswerLater() {
    CompletableFuture<Authentication> later = new CompletableFuture<>();
    use(request -> later);

    CompletableFuture<Admission> answer = admissions.admit(request()).toCompletableFuture();
    boolean beforeItRan = executor.waiting() == 1 && !answer.isDone();
    executor.runAll();
    boolean whileItDecides = !answer.isDone();
    later.complete(Authentication.anonymous());

    assertThat(beforeItRan && whileItDecides).isTrue();
    assertThat(answer.join().status()).isEqualTo(101);
    assertThat(scheduler.pending()).as("its timer is gone").isZero();
  }

  @Test
  void whoHasAnIdentityIsReceivedUntilItsSessionOpensOrWillNot() {
    AtomicInteger received = new AtomicInteger();
    reception = new CompletableFuture<>();
    use(request -> Authentication.accept(Identity.of("ann")));
    CompletableFuture<Admission> opens = admissions.admit(request()).toCompletableFuture();
    CompletableFuture<Admission> leaves = admissions.admit(request()).toCompletableFuture();
    executor.runAll();
    assertThat(opens).isNotDone();

    reception.complete(received::incrementAndGet);
    assertThat(received).hasValue(0);
    admissions.accept(new FakeTransport(), request(), opens.join());
    admissions.onAbandoned(leaves.join());
    CompletableFuture<Admission> late = admissions.admit(request()).toCompletableFuture();
    admissions.stop();
    executor.runAll();

    assertThat(late.join().status()).isEqualTo(503);
    assertThat(received).hasValue(3);
  }

  /** What an authenticator does, and how the upgrade is answered. */
  record Refusal(String name, UpgradeAuthenticator authenticator, int status, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        new Refusal("null", request -> null, 401, "Unauthorized"),
        new Refusal("false", request -> false, 401, "Unauthorized"),
        new Refusal("true", request -> true, 401, "Unauthorized"),
        new Refusal("text", request -> "ann", 401, "Unauthorized"),
        new Refusal("identity", request -> Identity.of("ann"), 401, "Unauthorized"),
        new Refusal("stage of true", answering(done(true)), 401, "Unauthorized"),
        new Refusal("stage of null", answering(done(null)), 401, "Unauthorized"),
        new Refusal("stage of stage", answering(done((Object) done(null))), 401, "Unauthorized"),
        new Refusal("reject", request -> Authentication.reject(418, "tea"), 418, "tea"),
        new Refusal("exception", thrown(new Exception("secret")), 401, "Unauthorized"),
        new Refusal("error", thrown(new AssertionError("secret")), 401, "Unauthorized"),
        new Refusal("unauthorized", thrown(CommandException.unauthorized("who?")), 401, "who?"),
        new Refusal("denied", thrown(CommandException.accessDenied("no")), 403, "no"),
        new Refusal("other code", thrown(CommandException.conflict("odd")), 401, "odd"),
        new Refusal(
            "failed stage",
            answering(CompletableFuture.supplyAsync(AdmissionsTest::deny, Runnable::run)),
            403,
            "later no"),
        new Refusal(
            "expired",
            request -> Authentication.accept(Identity.of("a").withExpiry(NOW)),
            401,
            "Unauthorized"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void nothingButAnAcceptingAuthenticationLetsIn(Refusal refusal) {
    use(refusal.authenticator());

    Admission admission = admit();

    assertThat(admission.status()).isEqualTo(refusal.status());
    assertThat(admission.message()).isEqualTo(refusal.message());
  }

  @Test
  void authenticatorThatTakesTooLongAnswers503AndIsNotHeardLater() {
    CompletableFuture<Authentication> later = new CompletableFuture<>();
    use(request -> later);
    CompletableFuture<Admission> answer = admissions.admit(request()).toCompletableFuture();
    executor.runAll();

    scheduler.advance(Duration.ofMillis(4_999));
    boolean early = answer.isDone();
    scheduler.advance(Duration.ofMillis(1));
    later.complete(Authentication.anonymous());

    assertThat(early).isFalse();
    assertThat(answer.join().status()).isEqualTo(503);
    assertThat(metrics.hits(Limit.AUTHENTICATION_DEADLINE)).isEqualTo(1);
  }

  @Test
  void pendingAuthenticationsAreBoundedAndFreedWhenTheyEnd() {
    CompletableFuture<Authentication> later = new CompletableFuture<>();
    use(AuthenticationOptions.defaults().withUpgrade(request -> later).withMaxPending(2), 10);
    admissions.admit(request());
    admissions.admit(request());
    executor.runAll();

    Admission refused = admit();
    later.complete(Authentication.anonymous());

    assertThat(refused.status()).isEqualTo(503);
    assertThat(metrics.hits(Limit.PENDING_AUTHENTICATIONS)).isEqualTo(1);
    assertThat(admit().status()).isEqualTo(101);
  }

  private Session connect() {
    Admission admission = admit();
    assertThat(admission.status()).isEqualTo(101);
    return (Session) admissions.accept(new FakeTransport(), request(), admission).listener();
  }

  private Admission admit(String... subprotocols) {
    CompletableFuture<Admission> answer =
        admissions.admit(request(subprotocols)).toCompletableFuture();
    executor.runAll();
    assertThat(answer).isDone();
    return answer.join();
  }

  private void use(UpgradeAuthenticator authenticator) {
    use(AuthenticationOptions.defaults().withUpgrade(authenticator), 10);
  }

  private void use(AuthenticationOptions options, int maxConnections) {
    HandlerThreads threads = HandlerThreads.on(executor, 100);
    AddressUse addresses = new AddressUse(addressLimits, scheduler);
    sessions =
        new Sessions(
            new SessionServices(
                "n7",
                ConnectionLimits.defaults(),
                CommandLimits.defaults(),
                new HeartbeatOptions(Duration.ofHours(9), Duration.ofHours(9), 1),
                new EnvelopeReader(JsonLimits.forMessages(1000)),
                new JsonValues(),
                scheduler,
                threads,
                metrics,
                (session, request) -> {},
                List.of(addresses)),
            new Random(7));
    admissions =
        new Admissions(
            maxConnections,
            options,
            addresses,
            () -> shortOfMemory,
            new Dialects(Dialect.legacy(Set.of()), Map.of()),
            identity -> reception,
            KeptHeaders.of(List.of("X-Device")),
            sessions);
  }

  private static UpgradeRequest request(String... subprotocols) {
    return new UpgradeRequest(
        "/chat",
        "user=ann",
        Map.of("user", List.of("ann")),
        Map.of("x-device", List.of("phone"), "cookie", List.of("secret")),
        Map.of(),
        "192.0.2.7",
        false,
        List.of(subprotocols));
  }

  private static UpgradeAuthenticator answering(Object result) {
    return request -> result;
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static Object deny() {
    throw CommandException.accessDenied("later no");
  }

  private static UpgradeAuthenticator thrown(Throwable failure) {
    return request -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    };
  }
}
