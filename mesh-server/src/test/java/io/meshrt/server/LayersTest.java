// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.meshrt.server.dispatch.MeshDispatcherBuilder;
import io.meshrt.server.worker.MeshWorkerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rooms of the server, and who may use whom. */
class LayersTest {
  private static final String ROOT = "io.meshrt.server";
  private static final Path SOURCES = Path.of("src", "main", "java");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(MeshServer.class.getProtectionDomain().getCodeSource().getLocation())
          .that(resideInAPackage(ROOT + ".."));

  /** Packages that put rooms together. */
  private static final String[] ASSEMBLIES = {ROOT, ROOT + ".dispatch"};

  /** What puts workers together, and what that hands to handlers; the rest is vocabulary. */
  private static final String WORKER_ASSEMBLY =
      "io\\.meshrt\\.server\\.worker\\."
          + "(MeshWorker|MeshWorkerBuilder|WorkDispatch|DeliveredCommand|WorkContext|WorkHandler)";

  private static final ArchRule LAYERS = layers();

  private static final ArchRule SOCKET_LIBRARY_STAYS_IN_ITS_ROOM =
      noClasses()
          .that(
              not(resideInAPackage(ROOT + ".internal.transport.."))
                  .and(not(JavaClass.Predicates.type(MeshHttpHandler.class))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.undertow..", "org.xnio..", "org.jboss..");

  private static final ArchRule FRAMES_STAY_IN_THE_TRANSPORT =
      noClasses()
          .that(not(resideInAPackage(ROOT + ".internal.transport..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.meshrt.core.internal.websocket..");

  private static final ArchRule METRICS_LIBRARY_STAYS_IN_ITS_ROOM =
      noClasses()
          .that(
              not(resideInAPackage(ROOT + ".internal.metrics.."))
                  .and(not(JavaClass.Predicates.type(MeshServerBuilder.class)))
                  .and(not(JavaClass.Predicates.type(MeshDispatcherBuilder.class)))
                  .and(not(JavaClass.Predicates.type(MeshWorkerBuilder.class)))
                  .and(not(nameMatching(".*\\.Node"))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..");

  private static final ArchRule REDIS_LIBRARY_STAYS_IN_ITS_ROOM =
      noClasses()
          .that(
              not(resideInAPackage(ROOT + ".internal.cluster.redis.."))
                  .and(not(JavaClass.Predicates.type(RedisOptions.class))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.redisson..", "io.netty..");

  private static final ArchRule VARIANTS_ARE_KNOWN_TO_THE_ASSEMBLY_ONLY =
      noClasses()
          .that(
              not(resideInAPackage(ROOT)).and(not(resideInAPackage(ROOT + ".internal.cluster.."))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".internal.cluster.redis..", ROOT + ".internal.cluster.memory..");

  private static final ArchRule VOCABULARY_KNOWS_NO_ROOM =
      noClasses()
          .that(
              resideInAnyPackage(
                  ROOT + ".command",
                  ROOT + ".connection",
                  ROOT + ".auth",
                  ROOT + ".room",
                  ROOT + ".presence",
                  ROOT + ".channel",
                  ROOT + ".inbox",
                  ROOT + ".record",
                  ROOT + ".collection",
                  ROOT + ".persistence",
                  ROOT + ".identity",
                  ROOT + ".message",
                  ROOT + ".mesa",
                  ROOT + ".thinws",
                  ROOT + ".hook"))
          .should()
          .dependOnClassesThat(resideInAnyPackage(ROOT, ROOT + ".internal.."));

  private static final ArchRule TIME_COMES_FROM_THE_SCHEDULER =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".internal.schedule..")
          .should()
          .callMethodWhere(readsAClockOrSleeps());

  private static final ArchRule NO_CYCLES =
      slices().matching(ROOT + ".internal.(*)..").should().beFreeOfCycles();

  @Test
  void roomsUseOnlyTheRoomsBelow() {
    LAYERS.check(CLASSES);
  }

  @Test
  void rulesCanFail() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                noClasses()
                    .that()
                    .resideInAPackage(ROOT + ".internal.session..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + ".internal.dialect..")
                    .check(CLASSES))
        .withMessageContaining("Session");
    assertThat(linesWith(List.of("package io.meshrt"))).isNotEmpty();
  }

  @Test
  void onlyTheTransportAndItsEmbeddingDoorKnowTheSocketLibrary() {
    SOCKET_LIBRARY_STAYS_IN_ITS_ROOM.check(CLASSES);
  }

  @Test
  void onlyTheTransportKnowsFrames() {
    FRAMES_STAY_IN_THE_TRANSPORT.check(CLASSES);
  }

  @Test
  void onlyTheMetricsRoomKnowsTheMetricsLibrary() {
    METRICS_LIBRARY_STAYS_IN_ITS_ROOM.check(CLASSES);
  }

  @Test
  void onlyTheRedisRoomKnowsTheRedisLibrary() {
    REDIS_LIBRARY_STAYS_IN_ITS_ROOM.check(CLASSES);
  }

  @Test
  void featuresDoNotKnowWhichClusterThereIs() {
    VARIANTS_ARE_KNOWN_TO_THE_ASSEMBLY_ONLY.check(CLASSES);
  }

  @Test
  void publicVocabularyKnowsNoRoom() {
    VOCABULARY_KNOWS_NO_ROOM.check(CLASSES);
  }

  @Test
  void timeComesFromTheScheduler() {
    TIME_COMES_FROM_THE_SCHEDULER.check(CLASSES);
  }

  @Test
  void roomsHaveNoCycles() {
    NO_CYCLES.check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        CLASSES.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(pack -> !pack.isAnnotatedWith(NullMarked.class))
            .map(pack -> pack.getName())
            .toList();

    assertThat(unmarked).isEmpty();
  }

  @Test
  void onlyTheDialectWritesPrefixes() {
    List<String> lines =
        linesWith(List.of("\"mesh/", "\"rt/")).stream()
            .filter(line -> !line.contains(Path.of("internal", "dialect").toString()))
            .toList();

    assertThat(lines).isEmpty();
  }

  private static ArchRule layers() {
    var rooms = layeredArchitecture().consideringOnlyDependenciesInAnyPackage(ROOT + "..");
    rooms =
        rooms
            .layer("server")
            .definedBy(resideInAnyPackage(ASSEMBLIES).or(nameMatching(WORKER_ASSEMBLY)));
    for (String room : RoomUsers.USERS.keySet()) {
      rooms = rooms.optionalLayer(room).definedBy(ROOT + ".internal." + room + "..");
    }
    rooms = rooms.whereLayer("server").mayNotBeAccessedByAnyLayer();
    for (Map.Entry<String, List<String>> room : RoomUsers.USERS.entrySet()) {
      rooms =
          rooms
              .whereLayer(room.getKey())
              .mayOnlyBeAccessedByLayers(room.getValue().toArray(String[]::new));
    }
    return rooms;
  }

  private static DescribedPredicate<JavaMethodCall> readsAClockOrSleeps() {
    return DescribedPredicate.describe(
        "read a clock or sleep",
        call -> {
          MethodCallTarget target = call.getTarget();
          String owner = target.getOwner().getName();
          return switch (target.getName()) {
            case "currentTimeMillis", "nanoTime" -> owner.equals("java.lang.System");
            case "sleep" -> owner.startsWith("java.");
            case "now" -> owner.startsWith("java.time.");
            default -> false;
          };
        });
  }

  private static List<String> linesWith(List<String> texts) {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .flatMap(LayersTest::lines)
          .filter(line -> texts.stream().anyMatch(line::contains))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(line -> file + ": " + line.strip());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
