// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.flipkart.zjsonpatch.DiffFlags;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.EnumSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "io.meshrt.patch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Also: no other mesh module, no logging, no clock. */
  @ArchTest
  static final ArchRule onlyJacksonAndZjsonpatchAreUsed =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.meshrt.patch",
              "java.lang..",
              "java.math",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "com.fasterxml.jackson..",
              "com.flipkart.zjsonpatch",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule zjsonpatchIsKnownToOneClass =
      noClasses()
          .that()
          .doNotHaveSimpleName("ArrayScript")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.flipkart..");

  @ArchTest
  static final ArchRule publicTypesHideZjsonpatch =
      noClasses()
          .that()
          .arePublic()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.flipkart..");

  @Test
  void packageIsNullMarked() {
    assertThat(Patch.class.getPackage().isAnnotationPresent(NullMarked.class)).isTrue();
  }

  @Test
  void rulesFindAClassThatBreaksThem() {
    JavaClasses leak = new ClassFileImporter().importClasses(Leak.class);

    assertThat(publicTypesHideZjsonpatch.evaluate(leak).hasViolation()).isTrue();
    assertThat(zjsonpatchIsKnownToOneClass.evaluate(leak).hasViolation()).isTrue();
    assertThat(onlyJacksonAndZjsonpatchAreUsed.evaluate(leak).hasViolation()).isTrue();
  }

  /** What must not be written. */
  public static final class Leak {
    private final Clock clock = Clock.systemUTC();

    public long diff(JsonNode before, JsonNode after, EnumSet<DiffFlags> flags) {
      return com.flipkart.zjsonpatch.JsonDiff.asJson(before, after, flags).size() + clock.millis();
    }
  }
}
