// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rooms of the gateway, and who may use whom. */
class GatewayLayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.meshrt.gateway");

  @Test
  void roomsUseWhatStandsBelow() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("gateway")
        .definedBy("io.meshrt.gateway")
        .layer("http")
        .definedBy("io.meshrt.gateway.internal.http")
        .layer("config")
        .definedBy("io.meshrt.gateway.internal.config")
        .layer("token")
        .definedBy("io.meshrt.gateway.internal.token")
        .whereLayer("gateway")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("http")
        .mayOnlyBeAccessedByLayers("gateway")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("gateway", "http")
        .whereLayer("token")
        .mayOnlyBeAccessedByLayers("gateway", "config")
        .check(CLASSES);
  }

  @Test
  void onlyTheServersPublicDoorsAreUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.meshrt.server.internal..")
        .check(CLASSES);
  }
}
