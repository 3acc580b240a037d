package org.dmore.coordinator.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the API may know. */
@AnalyzeClasses(
    packages = "org.dmore.coordinator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ApiWallsTest {
  @ArchTest
  static final ArchRule theApiKnowsTheControlPlaneAndHostsAndNotHowTheyAreMade =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.coordinator.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.coordinator.cli..",
              "org.dmore.coordinator.demo..",
              "org.dmore.coordinator.store.sqlite..",
              "org.dmore.coordinator.store.etcd..",
              "org.dmore.xen.embedded..");

  @ArchTest
  static final ArchRule whatHostsAndThePlaneAreDoesNotDependOnHowTheyAreAsked =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.dmore.coordinator.control..",
              "org.dmore.coordinator.host..",
              "org.dmore.coordinator.pair..",
              "org.dmore.coordinator.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.dmore.coordinator.api..");
}
