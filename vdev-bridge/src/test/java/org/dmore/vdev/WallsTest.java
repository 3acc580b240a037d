package org.dmore.vdev;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.dmore.vdev.input.EventFingerprint;
import org.dmore.vdev.input.EventRing;

/** What each package may import, as its package-info says. */
@AnalyzeClasses(packages = "org.dmore.vdev", importOptions = DoNotIncludeTests.class)
class WallsTest {
  private static final String VDEV = "org.dmore.vdev.";
  private static final String XEN = "org.dmore.xen";
  private static final String RFB = "org.dmore.rfb";
  private static final String LOG = "org.slf4j";

  @ArchTest static final ArchRule WIRE_IMPORTS_THE_JDK = only("wire", VDEV + "wire", "java..");

  @ArchTest
  static final ArchRule INPUT_IMPORTS_WIRE_AND_THE_PORTS_OF_RFB =
      only("input", VDEV + "input", VDEV + "wire", RFB, LOG, "java..");

  @ArchTest
  static final ArchRule BACKEND_IMPORTS_WIRE_THE_RING_AND_THE_PORTS_OF_XEN =
      onlyOr("backend", EventRing.class, VDEV + "backend", VDEV + "wire", XEN, LOG, "java..");

  @ArchTest
  static final ArchRule FRONTEND_IMPORTS_WIRE_THE_FINGERPRINT_AND_THE_PORTS_OF_XEN =
      onlyOr(
          "frontend", EventFingerprint.class, VDEV + "frontend", VDEV + "wire", XEN, LOG, "java..");

  @ArchTest
  static final ArchRule CONSOLE_IMPORTS_BACKEND_INPUT_AND_THE_PORTS_OF_BOTH_SIDES =
      only("console", VDEV + "console", VDEV + "backend", VDEV + "input", XEN, RFB, LOG, "java..");

  @ArchTest
  static final ArchRule ACCESS_IMPORTS_WHAT_CHECKS_CREDENTIALS =
      only("access", VDEV + "access", RFB, RFB + ".security", RFB + ".web", LOG, "java..");

  @ArchTest
  static final ArchRule AUDIT_IMPORTS_THE_PORTS_OF_RFB =
      only("audit", VDEV + "audit", RFB, LOG, "java..");

  @ArchTest
  static final ArchRule SERVICE_IMPORTS_ALL_BUT_THE_GUESTS_SIDE =
      only(
          "service",
          VDEV + "service",
          VDEV + "access",
          VDEV + "audit",
          VDEV + "console",
          VDEV + "backend",
          VDEV + "input",
          XEN,
          XEN + ".lib",
          RFB,
          RFB + ".metrics",
          RFB + ".security..",
          RFB + ".web",
          "io.micrometer..",
          "io.netty.channel",
          "io.netty.channel.epoll",
          "io.netty.channel.unix",
          "io.netty.util..",
          LOG,
          "java..");

  @ArchTest
  static final ArchRule NOTHING_KNOWS_THE_EMBEDDED_ROOM =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.dmore.xen.embedded..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("org.dmore.vdev.(*)..").should().beFreeOfCycles();

  private static ArchRule only(String name, String... packages) {
    return classes()
        .that()
        .resideInAPackage(VDEV + name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  private static ArchRule onlyOr(String name, Class<?> one, String... packages) {
    DescribedPredicate<JavaClass> allowed =
        JavaClass.Predicates.resideInAnyPackage(packages)
            .or(JavaClass.Predicates.equivalentTo(one));
    return classes().that().resideInAPackage(VDEV + name).should().onlyDependOnClassesThat(allowed);
  }
}
