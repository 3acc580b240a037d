package org.dmore.rfb;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.util.concurrent.EventExecutor;

/** The walls that package-info.java of each package tells of. */
@AnalyzeClasses(packages = "org.dmore.rfb", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule THE_LIBRARY_KNOWS_NOTHING_OF_XEN =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "java..",
                      "javax.crypto..",
                      "javax.imageio..",
                      "javax.net.ssl..",
                      "org.w3c.dom..",
                      "com.sun.jna..",
                      "com.sun.net.httpserver..",
                      "io.micrometer..",
                      "io.netty..",
                      "org.slf4j..",
                      "org.bouncycastle..")
                  .or(resideInAnyPackage("org.dmore.rfb..")));

  @ArchTest
  static final ArchRule MICROMETER_IS_OPTIONAL =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.dmore.rfb.metrics")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer..", "org.dmore.rfb.metrics");

  @ArchTest
  static final ArchRule PROTOCOL_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage("org.dmore.rfb.protocol")
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.dmore.rfb.protocol"));

  @ArchTest static final ArchRule CODEC_KNOWS_THE_PROTOCOL_ALONE = knowsTheProtocolAlone("codec");

  @ArchTest
  static final ArchRule SECURITY_KNOWS_THE_PROTOCOL_AND_WHO_A_CLIENT_IS =
      classes()
          .that()
          .resideInAPackage("org.dmore.rfb.security..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "java..",
                      "javax.crypto..",
                      "javax.net.ssl..",
                      "io.netty..",
                      "org.slf4j..",
                      "org.bouncycastle..",
                      "org.dmore.rfb.protocol",
                      "org.dmore.rfb.security..")
                  .or(JavaClass.Predicates.belongToAnyOf(Identity.class, Right.class)));

  @ArchTest
  static final ArchRule ENCODING_KNOWS_THE_PROTOCOL_AND_IMAGES =
      classes()
          .that()
          .resideInAPackage("org.dmore.rfb.encoding")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "javax.imageio..",
                  "org.w3c.dom..",
                  "com.sun.jna..",
                  "io.netty.buffer..",
                  "org.slf4j..",
                  "org.dmore.rfb.protocol",
                  "org.dmore.rfb.encoding"));

  @ArchTest
  static final ArchRule ONLY_THE_LIBRARIES_CLASSES_ARE_NATIVE =
      noClasses()
          .that(
              DescribedPredicate.describe(
                  "are not TurboJpeg or LibDeflate",
                  type ->
                      !type.getName()
                          .matches(
                              "org\\.dmore\\.rfb\\.encoding\\.(TurboJpeg|LibDeflate)(\\$.*)?")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule THE_PICTURE_KNOWS_THE_DESKTOP_ALONE =
      classes()
          .that()
          .resideInAPackage("org.dmore.rfb.picture")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "org.dmore.rfb.protocol", "org.dmore.rfb.picture")
                  .or(JavaClass.Predicates.belongToAnyOf(Desktop.class, EventExecutor.class)));

  @ArchTest
  static final ArchRule WHAT_IS_KEPT_KNOWS_THE_PORTS_AND_NO_SESSION =
      classes()
          .that()
          .resideInAPackage("org.dmore.rfb.capture")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "io.netty.buffer..",
                  "io.netty.channel..",
                  "io.netty.util..",
                  "org.slf4j..",
                  "org.dmore.rfb",
                  "org.dmore.rfb.protocol",
                  "org.dmore.rfb.capture"));

  @ArchTest
  static final ArchRule ONLY_THE_SERVER_KNOWS_SESSIONS =
      noClasses()
          .that(resideInAnyPackage("org.dmore.rfb").and(DescribedPredicate.not(isTheServer())))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.dmore.rfb.session");

  @ArchTest
  static final ArchRule THE_WEB_KNOWS_NOTHING_OF_RFB_ITSELF =
      noClasses()
          .that()
          .resideInAPackage("org.dmore.rfb.web")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.dmore.rfb.protocol", "org.dmore.rfb.codec", "org.dmore.rfb.encoding");

  private static DescribedPredicate<JavaClass> isTheServer() {
    return DescribedPredicate.describe(
        "the server", type -> type.getName().startsWith(RfbServer.class.getName()));
  }

  private static ArchRule knowsTheProtocolAlone(String room) {
    return classes()
        .that()
        .resideInAPackage("org.dmore.rfb." + room)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "javax.crypto..",
                "io.netty..",
                "org.dmore.rfb.protocol",
                "org.dmore.rfb." + room));
  }
}
