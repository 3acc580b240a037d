package org.dmore.coordinator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of the house, as far as they can be seen from the top of it. */
@AnalyzeClasses(packages = "org.dmore", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  @ArchTest
  static final ArchRule rfbServerKnowsNothingOfTheRest =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.rfb..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.dmore.xen..", "org.dmore.vdev..", "org.dmore.coordinator..");

  @ArchTest
  static final ArchRule nativeKnowsNothingOfTheRest =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.xen..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.dmore.rfb..", "org.dmore.vdev..", "org.dmore.coordinator..");

  @ArchTest
  static final ArchRule theBridgeKnowsNothingOfTheControlPlane =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.vdev..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.dmore.coordinator..", "org.dmore.xen.embedded..");

  @ArchTest
  static final ArchRule onlyTheEmbeddedHostAndTheDemoKnowTheEmbeddedRoom =
      noClasses()
          .that()
          .resideInAnyPackage("org.dmore.coordinator.pair..", "org.dmore.coordinator.cli..")
          .or()
          .haveSimpleName("HostAgent")
          .or()
          .haveSimpleName("FramebufferSeeder")
          .or()
          .haveSimpleName("ConsoledControl")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.dmore.xen.embedded..");

  @ArchTest
  static final ArchRule thePairKnowsHostsAloneAndHostsDoNotKnowThePair =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.coordinator.host..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.coordinator.pair..",
              "org.dmore.coordinator.demo..",
              "org.dmore.coordinator.cli..");

  @ArchTest
  static final ArchRule theControlPlaneDoesNotKnowHowItIsAsked =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.coordinator.control..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.coordinator.api..",
              "org.dmore.coordinator.cli..",
              "org.dmore.coordinator.demo..",
              "org.dmore.xen.embedded..");

  @ArchTest
  static final ArchRule theGuestsProgramKnowsNothingOfTheMachineryBelowIt =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.coordinator.demo.guest..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.dmore.xen..", "org.dmore.vdev..", "org.dmore.rfb..");

  @ArchTest
  static final ArchRule theStoreKnowsNothingOfWhatIsKeptInIt =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.dmore.coordinator.store",
              "org.dmore.coordinator.store.sqlite..",
              "org.dmore.coordinator.store.etcd..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.coordinator.store.record..",
              "org.dmore.coordinator.pair..",
              "org.dmore.coordinator.host..",
              "org.dmore.xen..",
              "org.dmore.vdev..",
              "com.fasterxml..");

  @ArchTest
  static final ArchRule onlyTheStoreInEtcdNeedsItsLibraries =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.dmore.coordinator.store.etcd..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.etcd..", "io.grpc..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule onlyTheStoreInAFileNeedsADatabase =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.dmore.coordinator.store.sqlite..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.sqlite..");

  @ArchTest
  static final ArchRule hostsPairsAndTheStoreHaveNoCycle =
      slices().matching("org.dmore.coordinator.(host|pair|store)").should().beFreeOfCycles();
}
