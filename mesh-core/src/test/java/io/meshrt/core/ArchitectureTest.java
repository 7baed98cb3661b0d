// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.meshrt.core");

  private static final ArchRule PROTOCOL_KNOWS_NO_CODEC =
      noClasses()
          .that()
          .resideInAPackage("io.meshrt.core.protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.meshrt.core.codec..");

  private static final ArchRule CORE_KNOWS_NO_OTHER_MODULE =
      classes()
          .that()
          .resideInAPackage("io.meshrt.core..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify.annotations..",
              "com.fasterxml.jackson..",
              "io.meshrt.core..");

  private static final ArchRule PACKAGES_ARE_NULL_MARKED =
      classes().should(new BeInANullMarkedPackage());

  @Test
  void protocolKnowsNoCodec() {
    PROTOCOL_KNOWS_NO_CODEC.check(CORE);
  }

  @Test
  void coreKnowsNoOtherModule() {
    CORE_KNOWS_NO_OTHER_MODULE.check(CORE);
  }

  @Test
  void everyPackageIsNullMarked() {
    PACKAGES_ARE_NULL_MARKED.check(CORE);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching("io.meshrt.core.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void rulesCanFail() {
    ArchRule codecKnowsNoProtocol =
        noClasses()
            .that()
            .resideInAPackage("io.meshrt.core.codec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.meshrt.core.protocol..");
    JavaClasses unmarked = new ClassFileImporter().importClasses(String.class);

    assertThat(CORE).hasSizeGreaterThan(10);
    assertThatThrownBy(() -> codecKnowsNoProtocol.check(CORE))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("EnvelopePass");
    assertThatThrownBy(() -> PACKAGES_ARE_NULL_MARKED.check(unmarked))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("java.lang is not @NullMarked");
  }

  private static final class BeInANullMarkedPackage extends ArchCondition<JavaClass> {
    BeInANullMarkedPackage() {
      super("be in a @NullMarked package");
    }

    @Override
    public void check(JavaClass item, ConditionEvents events) {
      boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
      String message = item.getPackageName() + " is not @NullMarked";
      events.add(new SimpleConditionEvent(item, marked, message));
    }
  }
}
