package org.dmore.xen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.dmore.xen", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule PORTS_IMPORT_THE_JDK_ONLY =
      classes()
          .that()
          .resideInAPackage("org.dmore.xen")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("org.dmore.xen", "java..");

  @ArchTest
  static final ArchRule THE_REAL_XEN_IMPORTS_PORTS_JNA_AND_SLF4J =
      classes()
          .that()
          .resideInAPackage("org.dmore.xen.lib..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.xen", "org.dmore.xen.lib..", "java..", "com.sun.jna", "org.slf4j");

  @ArchTest
  static final ArchRule THE_EMBEDDED_ROOM_IMPORTS_PORTS_JNA_AND_SLF4J =
      classes()
          .that()
          .resideInAPackage("org.dmore.xen.embedded..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.xen", "org.dmore.xen.embedded..", "java..", "com.sun.jna", "org.slf4j");
}
