// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may use whom. */
class ArchitectureTest {
  private static final JavaClasses CLIENT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.meshrt.client");

  private static final ArchRule TIME_ONLY_IN_THE_LOOP =
      noClasses()
          .that()
          .resideOutsideOfPackage("..internal.loop..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java.util.(Timer|concurrent.Scheduled.*Executor.*)");

  @Test
  void clientDoesNotKnowTheServer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.meshrt.server..", "io.undertow..", "org.redisson..")
        .check(CLIENT);
  }

  @Test
  void timeIsReadInTheLoopOnly() {
    TIME_ONLY_IN_THE_LOOP.check(CLIENT);
  }

  @Test
  void rulesCanFail() {
    JavaClasses offender = new ClassFileImporter().importClasses(ReadsTheClock.class);

    assertThatThrownBy(() -> TIME_ONLY_IN_THE_LOOP.check(offender))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ReadsTheClock");
  }

  @Test
  void roomsUseOnlyTheRoomsBelow() {
    uses("loop");
    uses("network");
    uses("socket", "loop", "network");
    uses("dialect");
    uses("callback", "loop");
    uses("call", "loop", "dialect");
    uses("session", "loop", "socket", "dialect", "callback", "call");
    uses("builtin", "loop", "dialect", "callback", "call", "session");
    uses("metadata", "dialect", "call", "builtin");
    uses("room", "dialect", "callback", "call", "session", "builtin");
    uses("subscription", "call", "builtin");
    uses("presence", "loop", "dialect", "callback", "call", "builtin", "subscription");
    uses("channel", "loop", "dialect", "callback", "call", "builtin", "subscription");
    uses("inbox", "loop", "dialect", "callback", "call", "builtin", "channel");
    uses("collection", "loop", "dialect", "callback", "call", "builtin", "subscription");
    uses("record", "loop", "dialect", "callback", "call", "builtin", "subscription");
  }

  @Test
  void roomsAreFreeOfCycles() {
    slices().matching("io.meshrt.client.internal.(*)..").should().beFreeOfCycles().check(CLIENT);
  }

  @Test
  void roomsDoNotKnowTheDoors() {
    noClasses()
        .that()
        .resideInAPackage("..internal..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(MeshClient.class, MeshClientBuilder.class)
        .check(CLIENT);
  }

  @Test
  void vocabularyDoesNotKnowTheRooms() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.meshrt.client.room",
            "io.meshrt.client.presence",
            "io.meshrt.client.metadata",
            "io.meshrt.client.channel",
            "io.meshrt.client.inbox",
            "io.meshrt.client.record",
            "io.meshrt.client.collection")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..internal..")
        .check(CLIENT);
  }

  @Test
  void bytesGoThroughOneRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..internal.network..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels..", "java.net.http..")
        .check(CLIENT);
  }

  @Test
  void framesAreKnownToOneRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..internal.socket..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.meshrt.core.internal..")
        .check(CLIENT);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should()
        .resideInAnyPackage(
            CLIENT.stream()
                .filter(c -> c.getSimpleName().equals("package-info"))
                .filter(c -> c.isAnnotatedWith(NullMarked.class))
                .map(c -> c.getPackageName())
                .toArray(String[]::new))
        .check(CLIENT);
  }

  @Test
  void prefixesOccurInTheDialectOnly() throws Exception {
    assertThat(filesWithPrefixes(Path.of("dialect"))).isEmpty();
    assertThat(filesWithPrefixes(Path.of("nowhere"))).isNotEmpty(); // the search does find some
  }

  /** Class files that hold a prefix, but for those in one folder. */
  private static List<Path> filesWithPrefixes(Path except) throws Exception {
    try (Stream<Path> files = Files.walk(mainClasses())) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.getParent().endsWith(except))
          .filter(ArchitectureTest::holdsPrefix)
          .toList();
    }
  }

  private static boolean holdsPrefix(Path classFile) {
    try {
      // A constant of a class file is its length in two bytes, the first 0 for short ones, and its
      // text: the byte before a text that begins so is the length, not a part of a longer word.
      String content = Files.readString(classFile, StandardCharsets.ISO_8859_1);
      return content.matches("(?s).*\\x01\\x00.(mesh/|rt/).*");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path mainClasses() throws URISyntaxException {
    return Path.of(MeshClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void uses(String room, String... below) {
    String[] allowed =
        Stream.concat(
                Stream.of("io.meshrt.client.internal." + room + ".."),
                Stream.of(below).map(name -> "io.meshrt.client.internal." + name + ".."))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.meshrt.client.internal." + room + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.meshrt.client.internal..").and(not(resideInAnyPackage(allowed))))
        .check(CLIENT);
  }

  /** What the rule about time forbids. */
  static final class ReadsTheClock {
    long now() {
      return System.nanoTime();
    }
  }
}
